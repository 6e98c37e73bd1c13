#include "keel/cpp/text.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace keel {
namespace {

std::string written(int64_t n) {
  char room[20];
  return std::string{integer_text(room, n)};
}

TEST(TextTest, WritesEveryIntegerAsItsDigits) {
  constexpr int64_t kEach = 200'000, kEightDigits = 100'000'000, kPrime = 997;
  for (int64_t n = -kEach; n < kEach; ++n) ASSERT_EQ(written(n), std::to_string(n));
  for (int64_t n = 0; n < kEightDigits; n += kPrime) ASSERT_EQ(written(n), std::to_string(n));
}

TEST(TextTest, WritesIntegersAtEveryLength) {
  for (int64_t power = 1; power <= std::numeric_limits<int64_t>::max() / 10; power *= 10)
    for (const int64_t n : {power - 1, power, power + 1, 9 * power}) {
      EXPECT_EQ(written(n), std::to_string(n));
      EXPECT_EQ(written(-n), std::to_string(-n));
    }
  for (const int64_t n : {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max()})
    EXPECT_EQ(written(n), std::to_string(n));
}

TEST(TextTest, ReadsBackWhatItWrites) {
  for (int64_t n = 1; n <= std::numeric_limits<int64_t>::max() / 7; n *= 7) {
    EXPECT_EQ(parse_integer(written(n)), n);
    EXPECT_EQ(parse_integer(written(-n)), -n);
  }
}

}  // namespace
}  // namespace keel
