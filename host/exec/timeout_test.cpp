#include "host/exec/timeout.h"

#include <gtest/gtest.h>

#include <string>

#include "keel/blocking.h"

namespace keel::exec {
namespace {

constexpr int64_t kNow = 1'700'000'000'000;
constexpr std::string_view kNoFloat = "ERR timeout is not a float or out of range",
                           kNegative = "ERR timeout is negative";

TEST(TimeoutTest, SecondsWithAFraction) {
  struct Row {
    std::string_view word;
    int64_t at_ms;
  };
  for (const Row& row :
       {Row{"0", 0}, Row{"-0.0001", 0}, Row{"1", kNow + 1000}, Row{"0.5", kNow + 500}, Row{"1.0001", kNow + 1001},
        Row{"1e-10", kNow + 1}, Row{"+2", kNow + 2000}, Row{"0x10", kNow + 16000}, Row{"1e3", kNow + 1'000'000}}) {
    const Deadline d = parse_timeout(row.word, KEEL_TIMEOUT_SECONDS, kNow);
    EXPECT_EQ(d.error, "") << row.word;
    EXPECT_EQ(d.at_ms, row.at_ms) << row.word;
  }
}

TEST(TimeoutTest, WhatMakesNoSense) {
  struct Row {
    std::string_view word, error;
  };
  for (const Row& row : {Row{"", kNoFloat}, Row{"x", kNoFloat}, Row{" 1", kNoFloat}, Row{"1 ", kNoFloat},
                         Row{"nan", kNoFloat}, Row{"0x", kNoFloat}, Row{"1e5000", kNoFloat}, Row{"-1", kNegative},
                         Row{"-inf", kNegative}, Row{"inf", kNegative}, Row{"1e300", kNegative}})
    EXPECT_EQ(parse_timeout(row.word, KEEL_TIMEOUT_SECONDS, kNow).error, row.error) << row.word;
  EXPECT_EQ(parse_timeout({"1\0", 2}, KEEL_TIMEOUT_SECONDS, kNow).error, kNoFloat);
  EXPECT_EQ(parse_timeout(std::string(6000, '1'), KEEL_TIMEOUT_SECONDS, kNow).error, kNoFloat);
}

TEST(TimeoutTest, Milliseconds) {
  EXPECT_EQ(parse_timeout("20", KEEL_TIMEOUT_MILLISECONDS, kNow).at_ms, kNow + 20);
  EXPECT_EQ(parse_timeout("0", KEEL_TIMEOUT_MILLISECONDS, kNow).at_ms, 0);
  EXPECT_EQ(parse_timeout("1.5", KEEL_TIMEOUT_MILLISECONDS, kNow).error,
            "ERR timeout is not an integer or out of range");
  EXPECT_EQ(parse_timeout("-1", KEEL_TIMEOUT_MILLISECONDS, kNow).error, kNegative);
}

TEST(TimeoutTest, BeyondTheEndOfTimeIsItsEnd) {
  for (const Deadline& d : {parse_timeout("9223372036854775", KEEL_TIMEOUT_SECONDS, kNow),
                            parse_timeout("9223372036854775807", KEEL_TIMEOUT_MILLISECONDS, kNow)}) {
    EXPECT_EQ(d.error, "");
    EXPECT_EQ(d.at_ms, INT64_MAX);
  }
}

}  // namespace
}  // namespace keel::exec
