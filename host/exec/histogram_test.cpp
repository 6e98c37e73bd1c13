#include "host/exec/histogram.h"

#include <gtest/gtest.h>

#include <memory>

namespace keel::exec {
namespace {

TEST(HistogramTest, AnEmptyOneHasNoPercentiles) {
  const Histogram h;
  EXPECT_EQ(h.count(), 0u);
  EXPECT_EQ(h.percentile(0.5), 0u);
  EXPECT_EQ(h.count_up_to(UINT64_MAX), 0u);
}

TEST(HistogramTest, EveryDurationIsRightWithinSixPercent) {
  for (uint64_t ns = 1; ns < uint64_t{1} << 34; ns = ns * 5 / 4 + 1) {
    Histogram h;
    h.add(ns);
    const uint64_t shown = h.percentile(0.5);
    ASSERT_GE(shown, ns);
    ASSERT_LE(shown, ns + ns / 16 + 1) << ns;
  }
}

TEST(HistogramTest, SmallDurationsAreExact) {
  for (uint64_t ns = 0; ns < 32; ++ns) {
    Histogram h;
    h.add(ns);
    EXPECT_EQ(h.percentile(1), ns);
  }
}

TEST(HistogramTest, PercentilesRise) {
  Histogram h;
  for (uint64_t us = 1; us <= 1000; ++us) h.add(us * 1000);
  EXPECT_EQ(h.count(), 1000u);
  EXPECT_NEAR(static_cast<double>(h.percentile(0.5)), 500e3, 500e3 * 0.07);
  EXPECT_NEAR(static_cast<double>(h.percentile(0.99)), 990e3, 990e3 * 0.07);
  EXPECT_NEAR(static_cast<double>(h.percentile(1)), 1000e3, 1000e3 * 0.07);
  uint64_t last = 0;
  for (double f = 0; f <= 1; f += 0.01) {
    ASSERT_GE(h.percentile(f), last);
    last = h.percentile(f);
  }
  EXPECT_NEAR(static_cast<double>(h.percentile(0)), 1e3, 1e3 * 0.07);
}

TEST(HistogramTest, OneOutlierOfAThousandShowsOnlyAtTheEnd) {
  Histogram h;
  for (int i = 0; i < 999; ++i) h.add(1000);
  h.add(1'000'000);
  EXPECT_LT(h.percentile(0.998), 1100u);
  EXPECT_GE(h.percentile(1), 1'000'000u);
}

TEST(HistogramTest, CountsUpToADuration) {
  Histogram h;
  for (const uint64_t ns : {10u, 100u, 1000u, 10000u}) h.add(ns);
  EXPECT_EQ(h.count_up_to(0), 0u);
  EXPECT_EQ(h.count_up_to(10), 1u);
  EXPECT_EQ(h.count_up_to(500), 2u);
  EXPECT_EQ(h.count_up_to(UINT64_MAX), 4u);
}

TEST(HistogramTest, WhatIsTooLongForItFallsIntoTheLastBucket) {
  auto h = std::make_unique<Histogram>();
  h->add(UINT64_MAX);
  h->add(uint64_t{1} << 40);
  EXPECT_EQ(h->count(), 2u);
  EXPECT_GE(h->percentile(1), (uint64_t{1} << 35) - 1);
  h->reset();
  EXPECT_EQ(h->count(), 0u);
  EXPECT_EQ(h->percentile(1), 0u);
}

}  // namespace
}  // namespace keel::exec
