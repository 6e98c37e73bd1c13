#include "plugins/types/common/intset.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <set>
#include <string>

namespace types::intset {
namespace {

std::string of(int64_t n) {
  char room[kMostBytesOfOne];
  return {room, make(room, n)};
}
bool add(std::string& set, int64_t n) {
  const Position p = find(set, n);
  if (p.found) return false;
  set.resize(size_with(set, n));
  insert(set.data(), p.index, n);
  return true;
}
bool take(std::string& set, int64_t n) {
  const Position p = find(set, n);
  if (!p.found) return false;
  set.resize(remove(set.data(), p.index));
  return true;
}

TEST(Intset, HasRedisBytes) {
  std::string set = of(5);
  EXPECT_EQ(set, std::string("\2\0\0\0\1\0\0\0\5\0", 10));
  add(set, -1);
  EXPECT_EQ(set, std::string("\2\0\0\0\2\0\0\0\xff\xff\5\0", 12));
  add(set, 40'000);  // two bytes have a sign
  EXPECT_EQ(set, std::string("\4\0\0\0\3\0\0\0\xff\xff\xff\xff\5\0\0\0\x40\x9c\0\0", 20));
  add(set, INT64_MIN);
  EXPECT_EQ(width(set), 8u);
  EXPECT_EQ(at(set, 0), INT64_MIN);
  EXPECT_EQ(at(set, 3), 40'000);
  EXPECT_TRUE(valid(set));
}

TEST(Intset, WidthsOfIntegers) {
  EXPECT_EQ(width_of(32767), 2u);
  EXPECT_EQ(width_of(32768), 4u);
  EXPECT_EQ(width_of(-32768), 2u);
  EXPECT_EQ(width_of(-32769), 4u);
  EXPECT_EQ(width_of(INT32_MAX), 4u);
  EXPECT_EQ(width_of(int64_t{INT32_MAX} + 1), 8u);
  EXPECT_EQ(width_of(INT64_MIN), 8u);
}

TEST(Intset, BehavesLikeASet) {
  for (const unsigned bits : {8u, 16u, 17u, 33u, 64u}) {
    std::mt19937_64 dice(bits);
    std::string set = of(0);
    std::set<int64_t> model{0};
    for (int step = 0; step < 5000; ++step) {
      auto n = static_cast<int64_t>(dice());
      n >>= 64 - (step < 100 ? 8 : bits);
      if (dice() % 3 != 0)
        ASSERT_EQ(add(set, n), model.insert(n).second);
      else
        ASSERT_EQ(take(set, n), model.erase(n) == 1);
      ASSERT_EQ(length(set), model.size());
      ASSERT_EQ(find(set, n).found, model.contains(n));
    }
    ASSERT_TRUE(valid(set));
    size_t i = 0;
    for (const int64_t n : model) {
      ASSERT_EQ(at(set, i), n);
      ASSERT_EQ(find(set, n).index, i++);
    }
  }
}

TEST(Intset, Filters) {
  std::string set = of(0);
  for (int64_t n = 1; n < 100; ++n) add(set, n * 1000);
  set.resize(filter(set.data(), [](int64_t n) { return n % 2000 == 0; }));
  EXPECT_TRUE(valid(set));
  EXPECT_EQ(length(set), 50u);
  EXPECT_EQ(at(set, 49), 98'000);
  EXPECT_EQ(filter(set.data(), [](int64_t) { return false; }), kHeader);
  EXPECT_EQ(length(set), 0u);
}

TEST(Intset, RefusesBytesThatAreNone) {
  std::string good = of(1);
  add(good, 2);
  EXPECT_TRUE(valid(good));
  EXPECT_FALSE(valid(""));
  EXPECT_FALSE(valid(good.substr(0, 7)));
  EXPECT_FALSE(valid(good.substr(0, good.size() - 1)));
  EXPECT_FALSE(valid(good + '\0'));
  EXPECT_FALSE(valid(std::string("\2\0\0\0\0\0\0\0", 8))) << "empty";
  EXPECT_FALSE(valid(std::string("\3\0\0\0\1\0\0\0\1\0\0", 11))) << "a width that does not exist";
  EXPECT_FALSE(valid(std::string("\2\0\0\0\2\0\0\0\2\0\2\0", 12))) << "twice the same";
  EXPECT_FALSE(valid(std::string("\2\0\0\0\2\0\0\0\2\0\1\0", 12))) << "out of order";
  EXPECT_FALSE(valid(std::string("\x8\0\0\0\xff\xff\xff\xff", 8))) << "a length that is not there";
}

}  // namespace
}  // namespace types::intset
