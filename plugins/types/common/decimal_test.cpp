#include "plugins/types/common/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

namespace types {
namespace {

std::string written(long double number) {
  char room[kDecimalRoom];
  return std::string(write_decimal(number, room));
}
std::string rewritten(std::string_view text) {
  const auto number = parse_decimal(text);
  return number ? written(*number) : "refused";
}

TEST(Decimal, WritesWithoutExponentAndTrailingZeros) {
  EXPECT_EQ(written(0.0L), "0");
  EXPECT_EQ(written(-0.0L), "0");
  EXPECT_EQ(written(-1e-30L), "0");
  EXPECT_EQ(written(10.0L), "10");
  EXPECT_EQ(written(100.5L), "100.5");
  EXPECT_EQ(written(-0.25L), "-0.25");
  EXPECT_EQ(written(1e-17L), "0.00000000000000001");
  EXPECT_EQ(written(1e20L), "100000000000000000000");
  EXPECT_EQ(written(std::numeric_limits<long double>::infinity()), "inf");
  EXPECT_EQ(written(-std::numeric_limits<long double>::infinity()), "-inf");
  EXPECT_EQ(written(std::numeric_limits<long double>::max()).size(), 4933u);
  EXPECT_EQ(written(std::numeric_limits<long double>::lowest()).size(), 4934u);
}

TEST(Decimal, Keeps64Bits) {
  EXPECT_EQ(rewritten("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(rewritten("17179869185.5"), "17179869185.5");
  EXPECT_EQ(written(*parse_decimal("0.1") + *parse_decimal("0.2")), "0.3");
}

TEST(Decimal, ReadsWhatTheReferenceReads) {
  EXPECT_EQ(rewritten("5.0e3"), "5000");
  EXPECT_EQ(rewritten("+1"), "1");
  EXPECT_EQ(rewritten(".5"), "0.5");
  EXPECT_EQ(rewritten("1."), "1");
  EXPECT_EQ(rewritten("0x10"), "16");
  EXPECT_EQ(rewritten("inf"), "inf");
  EXPECT_EQ(rewritten("-Infinity"), "-inf");
}

TEST(Decimal, Refuses) {
  using namespace std::string_view_literals;
  for (std::string_view text : {""sv, " 1"sv, "\t1"sv, "1 "sv, "1\0"sv, "1\0002"sv, "nan"sv, "-nan"sv, "abc"sv, "1x"sv,
                                "1e9999"sv, "-1e9999"sv, "1e-9999"sv, "."sv, "-"sv, "1,5"sv})
    EXPECT_FALSE(parse_decimal(text)) << text;
  EXPECT_FALSE(parse_decimal(std::string(kDecimalRoom, '1')));
  EXPECT_TRUE(parse_decimal(std::string(4900, '1')));
}

}  // namespace
}  // namespace types
