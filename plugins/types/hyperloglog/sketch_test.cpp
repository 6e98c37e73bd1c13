#include "plugins/types/hyperloglog/sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "plugins/types/hyperloglog/estimate.h"
#include "plugins/types/hyperloglog/murmur.h"
#include "plugins/types/hyperloglog/sparse.h"

namespace hyperloglog {
namespace {

using Result = SketchEditor::Result;

std::string sparse(std::string_view runs) {
  SketchEditor empty;
  empty.begin();
  return std::string{empty.text().substr(0, kHeader)} + std::string{runs};
}

TEST(Murmur, HasTheValuesOfItsAuthor) {
  // Of MurmurHash64A with seed 0: published by several implementations.
  EXPECT_EQ(murmur_hash_64a("", 0), 0u);
  EXPECT_EQ(murmur_hash_64a("hello", 0), 2191231550387646743u);
}

TEST(Registers, AreSixBitsEach) {
  std::mt19937 dice{1};
  std::string dense(kDenseBytes, '\0');
  Registers expected{};
  for (int i = 0; i < 200'000; ++i) {
    const size_t index = dice() % kRegisters;
    expected[index] = static_cast<uint8_t>(dice() % 64);
    dense_set(dense.data(), index, expected[index]);
  }
  Registers found{};
  dense_merge(dense.data(), found);
  EXPECT_EQ(found, expected);
  for (size_t i = 0; i < kRegisters; ++i) ASSERT_EQ(dense_get(dense.data(), i), expected[i]);
  std::string again(kDenseBytes, '\0');
  dense_write(expected, again.data());
  EXPECT_EQ(again, dense);
}

TEST(Sparse, KeepsWhatTheRegistersKeep) {
  std::mt19937 dice{2};
  SketchEditor editor;
  editor.begin();
  Registers expected{};
  for (int i = 0; i < 5000; ++i) {
    const Place place{dice() % (i < 2500 ? 300 : kRegisters), static_cast<uint8_t>(1 + dice() % 40)};
    const bool rises = place.value > expected[place.index];
    EXPECT_EQ(editor.raise(place, 3000), rises ? Result::kChanged : Result::kUnchanged);
    expected[place.index] = std::max(expected[place.index], place.value);
    Registers found{};
    ASSERT_TRUE(Sketch::of(editor.text())->merge(found));
    ASSERT_EQ(found, expected) << i;
  }
  EXPECT_EQ(editor.form(), Form::kDense);
}

TEST(Sparse, SplitsAndJoinsRuns) {
  const std::string zeros = sparse("\x7f\xff");  // one run
  std::vector<char> bytes(zeros.begin(), zeros.end());
  const auto runs = [&] { return std::string(bytes.begin() + kHeader, bytes.end()); };
  const auto raise = [&](size_t index, uint8_t value) { return sparse_raise(bytes, kHeader, index, value, 3000); };
  EXPECT_EQ(raise(1000, 1), SetResult::kChanged);
  EXPECT_EQ(runs(), std::string("\x43\xe7\x80\x7c\x16", 5));  // 1000 zeros, one 1, 15383 zeros
  EXPECT_EQ(raise(1000, 1), SetResult::kUnchanged);
  EXPECT_EQ(raise(1001, 1), SetResult::kChanged);
  EXPECT_EQ(runs(), std::string("\x43\xe7\x81\x7c\x15", 5));  // two of them in one run
  EXPECT_EQ(raise(1000, 3), SetResult::kChanged);
  EXPECT_EQ(runs(), std::string("\x43\xe7\x88\x80\x7c\x15", 6));
  EXPECT_EQ(raise(0, 33), SetResult::kTooBig);
  EXPECT_EQ(sparse_raise(bytes, kHeader, 0, 1, bytes.size()), SetResult::kTooBig);
}

TEST(Sparse, OfStrangersIsChecked) {
  for (const std::string& runs : {std::string{}, std::string("\x7f", 1), std::string("\x7f\xfe", 2),
                                  std::string("\x7f\xff\x80", 3), std::string("\x00", 1), std::string(5000, '\xff')}) {
    const std::string text = sparse(runs);
    const auto sketch = Sketch::of(text);
    ASSERT_TRUE(sketch);
    Registers registers{};
    EXPECT_FALSE(sketch->merge(registers)) << runs.size();
    SketchEditor editor;
    editor.begin(text);
    EXPECT_FALSE(editor.to_dense());
    editor.begin(sparse("\x05"));
    EXPECT_EQ(editor.raise({16000, 1}, 3000), Result::kCorrupt);
  }
}

TEST(Sketch, IsToldFromOtherTexts) {
  EXPECT_FALSE(Sketch::of(""));
  EXPECT_FALSE(Sketch::of("HYLL"));
  EXPECT_FALSE(Sketch::of(std::string("HYLL\x02", 5) + std::string(20, '\0')));
  EXPECT_FALSE(Sketch::of(std::string("HYLL\x00", 5) + std::string(20, '\0')));
  EXPECT_FALSE(Sketch::of(std::string("HYLX\x01", 5) + std::string(20, '\0')));
  EXPECT_TRUE(Sketch::of(sparse("\x7f\xff")));
}

TEST(Sketch, RemembersItsEstimate) {
  std::string text = sparse("\x7f\xff");
  EXPECT_EQ(Sketch::of(text)->last_estimate(), 0u);
  remember_estimate(text.data(), 12345);
  EXPECT_EQ(Sketch::of(text)->last_estimate(), 12345u);
  SketchEditor editor;
  editor.begin(text);
  editor.forget_estimate();
  EXPECT_EQ(Sketch::of(editor.text())->last_estimate(), std::nullopt);
}

TEST(Estimate, LiesWithinItsError) {
  Registers registers{};
  EXPECT_EQ(estimate(registers), 0u);
  for (int n = 1; n <= 1'000'000; ++n) {
    const Place place = place_of(std::to_string(n));
    registers[place.index] = std::max(registers[place.index], place.value);
    if (n == 1 || n == 10 || n == 1000 || n == 100'000 || n == 1'000'000) {
      EXPECT_NEAR(static_cast<double>(estimate(registers)), n, 0.03 * n) << n;
    }
  }
}

}  // namespace
}  // namespace hyperloglog
