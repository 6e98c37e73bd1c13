#include "plugins/types/string/expiry.h"

#include <gtest/gtest.h>

namespace strings {
namespace {

constexpr int64_t kNow = 1700000000123;

TEST(Expiry, SpansCountFromNow) {
  EXPECT_EQ(deadline_ms(Lifetime::kSeconds, 10, kNow), kNow + 10000);
  EXPECT_EQ(deadline_ms(Lifetime::kMilliseconds, 10, kNow), kNow + 10);
}

TEST(Expiry, MomentsMayBeInThePast) {
  EXPECT_EQ(deadline_ms(Lifetime::kUnixSeconds, 1, kNow), 1000);
  EXPECT_EQ(deadline_ms(Lifetime::kUnixMilliseconds, 1, kNow), 1);
}

TEST(Expiry, OnlyPositiveNumbers) {
  for (auto l : {Lifetime::kSeconds, Lifetime::kMilliseconds, Lifetime::kUnixSeconds, Lifetime::kUnixMilliseconds}) {
    EXPECT_FALSE(deadline_ms(l, 0, kNow));
    EXPECT_FALSE(deadline_ms(l, -1, kNow));
    EXPECT_FALSE(deadline_ms(l, INT64_MIN, kNow));
  }
}

TEST(Expiry, Bounds) {
  EXPECT_FALSE(deadline_ms(Lifetime::kSeconds, INT64_MAX, kNow));
  EXPECT_FALSE(deadline_ms(Lifetime::kSeconds, INT64_MAX / 1000, kNow));
  EXPECT_FALSE(deadline_ms(Lifetime::kMilliseconds, INT64_MAX - kNow + 1, kNow));
  EXPECT_EQ(deadline_ms(Lifetime::kMilliseconds, INT64_MAX - kNow, kNow), INT64_MAX);
  EXPECT_FALSE(deadline_ms(Lifetime::kUnixSeconds, INT64_MAX / 1000 + 1, kNow));
  EXPECT_EQ(deadline_ms(Lifetime::kUnixSeconds, INT64_MAX / 1000, kNow), INT64_MAX / 1000 * 1000);
  EXPECT_EQ(deadline_ms(Lifetime::kUnixMilliseconds, INT64_MAX, kNow), INT64_MAX);
}

}  // namespace
}  // namespace strings
