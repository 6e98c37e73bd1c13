#include "host/base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <thread>
#include <vector>

namespace keel::base {
namespace {

TEST(RandomTest, HexHasTheLengthAndTheLetters) {
  EXPECT_EQ(random_hex(0), "");
  const std::string id = random_hex(40);
  EXPECT_EQ(id.size(), 40u);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_NE(id, random_hex(40));
  std::set<char> seen;
  for (const char c : random_hex(2000)) seen.insert(c);
  EXPECT_EQ(seen.size(), 16u);
}

TEST(RandomTest, FillsEveryByteAndNoMore) {
  std::array<unsigned char, 1002> bytes{};
  bytes.front() = bytes.back() = 0xa5;
  std::set<unsigned char> seen;
  for (int i = 0; i < 3; ++i) {
    fill_random(bytes.data() + 1, 1000);
    seen.insert(bytes.begin() + 1, bytes.end() - 1);
  }
  EXPECT_EQ(bytes.front(), 0xa5);
  EXPECT_EQ(bytes.back(), 0xa5);
  EXPECT_GT(seen.size(), 250u);
  fill_random(bytes.data(), 0);
}

TEST(RandomTest, BelowStaysBelowAndSpreadsEvenly) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(fast_random_below(1), 0u);
    EXPECT_LT(fast_random_below(UINT64_MAX), UINT64_MAX);
  }
  constexpr size_t kCells = 7;
  constexpr int kDraws = 70000;
  std::array<int, kCells> count{};
  for (int i = 0; i < kDraws; ++i) ++count[fast_random_below(kCells)];
  for (const int n : count) EXPECT_NEAR(n, double{kDraws} / kCells, 600);
}

TEST(RandomTest, ThreadsDrawDifferentNumbers) {
  std::set<uint64_t> drawn;
  for (int t = 0; t < 4; ++t) {
    std::vector<uint64_t> mine(1000);
    std::thread{[&] {
      for (uint64_t& n : mine) n = fast_random();
    }}.join();
    drawn.insert(mine.begin(), mine.end());
  }
  EXPECT_EQ(drawn.size(), 4000u);
}

}  // namespace
}  // namespace keel::base
