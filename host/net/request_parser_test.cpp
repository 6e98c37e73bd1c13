#include "host/net/request_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace keel::net {
namespace {

using Status = RequestParser::Status;

struct Read {
  Status status;
  std::vector<std::string> words;
  std::string error;
};

// One command from bytes that end where their memory does.
Read read(const std::string& bytes) {
  constexpr ParserLimits kLimits{1024, 1024 * 1024, true};
  RequestParser parser;
  const std::vector<char> exact(bytes.begin(), bytes.end());
  std::vector<keel_str> words;
  size_t position = 0;
  Read r{parser.parse(exact.data(), exact.size(), position, words, kLimits), {}, parser.error()};
  for (const keel_str& w : words) r.words.emplace_back(w.ptr, w.len);
  EXPECT_EQ(position, r.status == Status::kCommand ? bytes.size() : 0);
  return r;
}

std::string bulk(const std::string& s) {
  return "$" + std::to_string(s.size()) + "\r\n" + s + "\r\n";
}

TEST(RequestParserTest, LengthsOfEveryNumberOfDigits) {
  for (const size_t n : {0u, 1u, 9u, 10u, 99u, 100u, 101u, 999u, 1000u, 9999u, 10000u, 99999u}) {
    const std::string word(n, 'x');
    const Read r = read("*2\r\n" + bulk("SET") + bulk(word));
    EXPECT_EQ(r.status, Status::kCommand) << n;
    EXPECT_EQ(r.words, (std::vector<std::string>{"SET", word})) << n;
  }
  for (const size_t n : {1u, 9u, 10u, 99u, 100u, 999u, 1000u}) {
    std::string bytes = "*" + std::to_string(n) + "\r\n";
    for (size_t i = 0; i < n; ++i) bytes += bulk("w");
    EXPECT_EQ(read(bytes).words.size(), n);
  }
}

TEST(RequestParserTest, WhatIsNoLength) {
  for (const char* number : {"", "-1", "-", "+1", " 1", "1 ", "01", "00", "1x", "x", "12x", "123x", "1234x", "1.0",
                             "99999999999999999999"}) {
    const Read r = read(std::string{"*1\r\n$"} + number + "\r\nabc\r\n");
    EXPECT_EQ(r.status, Status::kError) << number;
    EXPECT_EQ(r.error, "Protocol error: invalid bulk length") << number;
  }
  for (const char* number : {"", "-", "+1", "01", "1x", "123x", "1025", "99999999999999999999"}) {
    const Read r = read(std::string{"*"} + number + "\r\n$4\r\nPING\r\n");
    EXPECT_EQ(r.status, Status::kError) << number;
    EXPECT_EQ(r.error, "Protocol error: invalid multibulk length") << number;
  }
}

// Whatever is missing at the end, the rest is waited for.
TEST(RequestParserTest, EveryPartWaitsForTheRest) {
  const std::string whole = "*3\r\n" + bulk("LPUSH") + bulk("") + bulk(std::string(1234, 'y'));
  for (size_t n = 0; n < whole.size(); ++n) {
    const Read r = read(whole.substr(0, n));
    ASSERT_EQ(r.status, Status::kMore) << n;
    EXPECT_TRUE(r.words.empty()) << n;
  }
  EXPECT_EQ(read(whole).status, Status::kCommand);
}

}  // namespace
}  // namespace keel::net
