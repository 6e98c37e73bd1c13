#include "host/commands/expire_time.h"

#include <gtest/gtest.h>

namespace keel::commands {
namespace {

constexpr int64_t kNow = 1'700'000'000'000;
constexpr auto kSeconds = TimeUnit::kSeconds;
constexpr auto kMilliseconds = TimeUnit::kMilliseconds;

TEST(ExpireTimeTest, SpansAndMoments) {
  EXPECT_EQ(moment_ms(100, kSeconds, kNow), kNow + 100'000);
  EXPECT_EQ(moment_ms(100, kMilliseconds, kNow), kNow + 100);
  EXPECT_EQ(moment_ms(100, kSeconds, 0), 100'000);
  EXPECT_EQ(moment_ms(100, kMilliseconds, 0), 100);
  EXPECT_EQ(moment_ms(0, kSeconds, kNow), kNow);
  EXPECT_EQ(moment_ms(-100, kSeconds, kNow), kNow - 100'000);
}

TEST(ExpireTimeTest, WhatDoesNotFitIsRefused) {
  EXPECT_EQ(moment_ms(INT64_MAX / 1000, kSeconds, 0), INT64_MAX / 1000 * 1000);
  EXPECT_FALSE(moment_ms(INT64_MAX / 1000 + 1, kSeconds, 0));
  EXPECT_FALSE(moment_ms(INT64_MAX / 1000, kSeconds, kNow));
  EXPECT_FALSE(moment_ms(INT64_MIN / 1000 - 1, kSeconds, kNow));
  EXPECT_EQ(moment_ms(INT64_MIN / 1000, kSeconds, 0), INT64_MIN / 1000 * 1000);
  EXPECT_EQ(moment_ms(INT64_MIN, kMilliseconds, kNow), INT64_MIN + kNow);
  EXPECT_EQ(moment_ms(INT64_MAX, kMilliseconds, 0), INT64_MAX);
  EXPECT_FALSE(moment_ms(INT64_MAX, kMilliseconds, kNow));
  EXPECT_EQ(moment_ms(INT64_MAX - kNow, kMilliseconds, kNow), INT64_MAX);
}

TEST(ExpireTimeTest, Conditions) {
  constexpr int64_t kNone = -1;
  constexpr ExpireCondition kAlways, kNx{.nx = true}, kXx{.xx = true}, kGt{.gt = true}, kLt{.lt = true};
  constexpr ExpireCondition kXxGt{.xx = true, .gt = true}, kXxLt{.xx = true, .lt = true};
  EXPECT_TRUE(kAlways.holds(kNone, 5));
  EXPECT_TRUE(kAlways.holds(9, 5));
  EXPECT_TRUE(kNx.holds(kNone, 5));
  EXPECT_FALSE(kNx.holds(9, 5));
  EXPECT_FALSE(kXx.holds(kNone, 5));
  EXPECT_TRUE(kXx.holds(9, 5));
  // No expiry is one that never comes.
  EXPECT_FALSE(kGt.holds(kNone, 5));
  EXPECT_TRUE(kGt.holds(4, 5));
  EXPECT_FALSE(kGt.holds(5, 5));
  EXPECT_TRUE(kLt.holds(kNone, 5));
  EXPECT_TRUE(kLt.holds(6, 5));
  EXPECT_FALSE(kLt.holds(5, 5));
  EXPECT_FALSE(kXxLt.holds(kNone, 5));
  EXPECT_TRUE(kXxLt.holds(6, 5));
  EXPECT_FALSE(kXxGt.holds(kNone, 5));
  EXPECT_TRUE(kXxGt.holds(4, 5));
}

TEST(ExpireTimeTest, SecondsAreRounded) {
  EXPECT_EQ(to_seconds(0), 0);
  EXPECT_EQ(to_seconds(499), 0);
  EXPECT_EQ(to_seconds(500), 1);
  EXPECT_EQ(to_seconds(1499), 1);
  EXPECT_EQ(to_seconds(INT64_MAX), INT64_MAX / 1000 + 1);
}

}  // namespace
}  // namespace keel::commands
