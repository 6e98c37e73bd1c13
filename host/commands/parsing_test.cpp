#include <gtest/gtest.h>

#include "host/commands/database_index.h"
#include "keel/cpp/scan.hpp"

namespace keel::commands {
namespace {

TEST(ScanCursorTest, DecimalBelowTwoToThe64) {
  EXPECT_EQ(parse_cursor("0"), 0u);
  EXPECT_EQ(parse_cursor("00"), 0u);
  EXPECT_EQ(parse_cursor("123"), 123u);
  EXPECT_EQ(parse_cursor("281474976710655"), (uint64_t{1} << 48) - 1);
  EXPECT_EQ(parse_cursor("18446744073709551615"), UINT64_MAX);
}

TEST(ScanCursorTest, WhatRedisLetsPass) {
  EXPECT_EQ(parse_cursor(""), 0u);
  EXPECT_EQ(parse_cursor("+7"), 7u);
  EXPECT_EQ(parse_cursor("-1"), UINT64_MAX);
  EXPECT_EQ(parse_cursor("-0"), 0u);
}

TEST(ScanCursorTest, AnythingElseIsRefused) {
  for (const Str s : {"x", "1x", " 1", "1 ", "-", "+", "--1", "+-1", "0x10", "1.0", "18446744073709551616",
                      "-18446744073709551616", "99999999999999999999999"})
    EXPECT_FALSE(parse_cursor(s)) << s;
}

TEST(DatabaseIndexTest, WithinTheDatabases) {
  uint32_t index = 99;
  EXPECT_EQ(parse_database("0", 16, index), "");
  EXPECT_EQ(index, 0u);
  EXPECT_EQ(parse_database("15", 16, index), "");
  EXPECT_EQ(index, 15u);
}

TEST(DatabaseIndexTest, ErrorsLeaveTheIndexAlone) {
  uint32_t index = 99;
  for (const Str s : {"16", "-1", "2147483647", "-2147483648"})
    EXPECT_EQ(parse_database(s, 16, index), kNoSuchDatabase);
  for (const Str s : {"2147483648", "-2147483649", "9223372036854775807"})
    EXPECT_EQ(parse_database(s, 16, index), "ERR value is out of range, value must between -2147483648 and 2147483647");
  for (const Str s : {"", "x", "01", "1.0", " 1", "9223372036854775808"})
    EXPECT_EQ(parse_database(s, 16, index), kNotInteger);
  EXPECT_EQ(index, 99u);
}

}  // namespace
}  // namespace keel::commands
