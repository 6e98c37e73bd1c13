#include "plugins/types/common/real.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <string>

#include "keel/cpp/text.hpp"

namespace types {
namespace {

using namespace std::string_literals;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Real, IsReadAsStrtodReads) {
  EXPECT_EQ(parse_real("1"), 1.0);
  EXPECT_EQ(parse_real("+1.5"), 1.5);
  EXPECT_EQ(parse_real("-1.5e3"), -1500.0);
  EXPECT_EQ(parse_real("000000000042"), 42.0);
  EXPECT_EQ(parse_real(".5"), 0.5);
  EXPECT_EQ(parse_real("5."), 5.0);
  EXPECT_EQ(parse_real("0x1p4"), 16.0);
  EXPECT_EQ(parse_real("-0xff"), -255.0);
  EXPECT_EQ(parse_real("inf"), kInfinity);
  EXPECT_EQ(parse_real("+inf"), kInfinity);
  EXPECT_EQ(parse_real("-Infinity"), -kInfinity);
  EXPECT_EQ(parse_real("5e-324"), 5e-324);
  EXPECT_TRUE(std::signbit(*parse_real("-0")));
}

TEST(Real, WhatIsNoNumberIsRefused) {
  for (const auto& text : {""s, " 1"s, "1 "s, "\t1"s, "nan"s, "-nan"s, "1e"s, "1e999"s, "-1e999"s, "1e-999"s, "0x"s,
                           "+-1"s, "--1"s, "1\0"s, "a"s, "infx"s, std::string(1000, 'x')})
    EXPECT_EQ(parse_real(text), std::nullopt) << text;
}

TEST(Real, TheEndsOfRangesAreReadLoosely) {
  EXPECT_EQ(parse_loose_real(" 1"), 1.0);
  EXPECT_EQ(parse_loose_real(""), 0.0);
  EXPECT_EQ(parse_loose_real("1\0x"s), 1.0);
  EXPECT_EQ(parse_loose_real("1e999"), kInfinity);
  EXPECT_EQ(parse_loose_real("-1e999"), -kInfinity);
  EXPECT_EQ(parse_loose_real("1e-999"), 0.0);
  for (const auto& text : {"nan"s, "1 "s, "x"s, "(1"s, std::string(1000, 'x')})
    EXPECT_EQ(parse_loose_real(text), std::nullopt) << text;
}

TEST(Real, IsWrittenAsPrintfWrites) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 200'000; ++i) {
    const uint64_t bits = random();
    double d = 0;
    static_assert(sizeof d == sizeof bits);
    std::memcpy(&d, &bits, sizeof d);
    if (i % 4 == 1) d = static_cast<double>(static_cast<int64_t>(bits) >> (bits % 60));
    if (i % 4 == 2) d = static_cast<double>(static_cast<int32_t>(bits)) / 1000;
    if (std::isnan(d)) continue;
    char expected[64], written[32];
    std::snprintf(expected, sizeof expected, "%.17g", d);
    ASSERT_EQ(std::string(written, keel::write_real(written, d)), expected);
  }
  for (const double d : {0.0, -0.0, 1e16, 1e17, -1e17, 99999999999999984.0, kInfinity, -kInfinity, 0.1, 5e-324}) {
    char expected[64], written[32];
    std::snprintf(expected, sizeof expected, "%.17g", d);
    EXPECT_EQ(std::string(written, keel::write_real(written, d)), expected);
  }
}

}  // namespace
}  // namespace types
