#include "host/base/clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>

namespace keel::base {
namespace {

TEST(ClockTest, UnixTimeIsTheSystems) {
  EXPECT_NEAR(static_cast<double>(unix_ms()) / 1000, static_cast<double>(::time(nullptr)), 1.5);
  const int64_t us = unix_us(), ms = unix_ms();
  EXPECT_GE(ms, us / 1000);
  EXPECT_LT(ms - us / 1000, 1000);
}

TEST(ClockTest, MonotonicTimeNeverGoesBack) {
  int64_t last = monotonic_ns();
  for (int i = 0; i < 10000; ++i) {
    const int64_t now = monotonic_ns();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(ClockTest, TicksAreMeasuredAgainstTheMonotonicClock) {
  Ticks::calibrate();
  ASSERT_GT(Ticks::per_us(), 0u);
  // One of some tries: the thread may lose the processor between the two clocks.
  double ns_off = 1, us_off = 1;
  for (int i = 0; i < 5; ++i) {
    const int64_t from_ns = monotonic_ns();
    const uint64_t from = Ticks::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const auto ns = static_cast<double>(monotonic_ns() - from_ns);
    const uint64_t ticks = Ticks::now() - from;
    ns_off = std::min(ns_off, std::abs(static_cast<double>(Ticks::to_ns(ticks)) / ns - 1));
    us_off = std::min(us_off, std::abs(static_cast<double>(Ticks::to_us(ticks)) * 1000 / ns - 1));
  }
  EXPECT_LT(ns_off, 0.01);
  EXPECT_LT(us_off, 0.01);
}

TEST(ClockTest, ConversionsAgree) {
  Ticks::calibrate();
  for (const uint64_t us : {uint64_t{1}, uint64_t{1000}, uint64_t{3'600'000'000}}) {
    EXPECT_EQ(Ticks::to_us(Ticks::from_us(us)), us);
    const auto ns = static_cast<double>(us) * 1000;
    EXPECT_NEAR(static_cast<double>(Ticks::to_ns(Ticks::from_us(us))), ns, ns * 0.01 + 2);
  }
  EXPECT_EQ(Ticks::to_ns(0), 0u);
  // A month of ticks does not overflow.
  const uint64_t month = uint64_t{31} * 86400 * 1'000'000;
  EXPECT_NEAR(static_cast<double>(Ticks::to_ns(Ticks::from_us(month))), static_cast<double>(month) * 1000,
              static_cast<double>(month) * 10);
}

}  // namespace
}  // namespace keel::base
