#include "host/config/row.h"

#include <gtest/gtest.h>

#include <limits>

#include "host/config/nearest.h"

namespace keel::config {
namespace {

struct Outcome {
  bool ok;
  std::string text;  // the value, or the error
  bool operator==(const Outcome&) const = default;
};
void PrintTo(const Outcome& o, std::ostream* out) {
  *out << (o.ok ? "value " : "error ") << o.text;
}

Outcome check(const Row& row, const Words& words, const std::string& current = {}) {
  std::string out, error;
  const bool ok = check_value(row, words, current, out, error);
  return {ok, ok ? out : error};
}
Outcome value(std::string text) {
  return {true, std::move(text)};
}
Outcome error(std::string text) {
  return {false, std::move(text)};
}

// The texts of this file are those of the reference server.
TEST(Row, Bool) {
  const Row row{"b", "no", "", KEEL_OPTION_BOOL};
  EXPECT_EQ(check(row, {"YES"}), value("yes"));
  EXPECT_EQ(check(row, {"no"}), value("no"));
  EXPECT_EQ(check(row, {"1"}), error("argument must be 'yes' or 'no'"));
  EXPECT_EQ(check(row, {""}), error("argument must be 'yes' or 'no'"));
  EXPECT_EQ(check(row, {"yes", "no"}), error("wrong number of arguments"));
  EXPECT_EQ(check(row, {}), error("wrong number of arguments"));
}

TEST(Row, Integer) {
  const Row row{"timeout", "0", "", KEEL_OPTION_INTEGER, 0, 0, 2147483647};
  EXPECT_EQ(check(row, {"7"}), value("7"));
  const auto range = error("argument must be between 0 and 2147483647 inclusive");
  const auto syntax = error("argument couldn't be parsed into an integer");
  EXPECT_EQ(check(row, {"-1"}), range);
  EXPECT_EQ(check(row, {"99999999999"}), range);
  for (const char* text : {"99999999999999999999999", "abc", "", " 5", "5 ", "0x10", "007", "-0", "+1"})
    EXPECT_EQ(check(row, {text}), syntax) << text;
}

TEST(Row, Memory) {
  const Row row{"maxmemory", "0", "", KEEL_OPTION_MEMORY, 0, 0, std::numeric_limits<int64_t>::max()};
  EXPECT_EQ(check(row, {"1"}), value("1"));
  EXPECT_EQ(check(row, {"1B"}), value("1"));
  EXPECT_EQ(check(row, {"1k"}), value("1000"));
  EXPECT_EQ(check(row, {"1Kb"}), value("1024"));
  EXPECT_EQ(check(row, {"1m"}), value("1000000"));
  EXPECT_EQ(check(row, {"1MB"}), value("1048576"));
  EXPECT_EQ(check(row, {"1g"}), value("1000000000"));
  EXPECT_EQ(check(row, {"2gb"}), value("2147483648"));
  EXPECT_EQ(check(row, {"010"}), value("10"));
  EXPECT_EQ(check(row, {""}), value("0"));
  for (const char* text : {"abc", "-1", "1.5gb", "50%", "1_", " 1", "+1"})
    EXPECT_EQ(check(row, {text}), error("argument must be a memory value")) << text;
  for (const char* text : {"10737418240gb", "99999999999999999999", "9223372036854775808"})
    EXPECT_EQ(check(row, {text}), error("argument must be between 0 and 9223372036854775807 inclusive")) << text;
  const Row bounded{"x", "1mb", "", KEEL_OPTION_MEMORY, 0, 1 << 20, std::numeric_limits<int64_t>::max()};
  EXPECT_EQ(check(bounded, {"1kb"}), error("argument must be between 1048576 and 9223372036854775807 inclusive"));
}

TEST(Row, Percent) {
  const Row row{"maxmemory-clients", "0", "", KEEL_OPTION_MEMORY, KEEL_OPTION_PERCENT, 0, 1 << 30};
  EXPECT_EQ(check(row, {"50%"}), value("50%"));
  EXPECT_EQ(check(row, {"0%"}), value("0"));
  EXPECT_EQ(check(row, {"1mb"}), value("1048576"));
  EXPECT_EQ(check(row, {"101%"}), error("percentage argument must be less or equal to 100"));
  for (const char* text : {"-5", "5.5%", "050%", "%", "-5%"})
    EXPECT_EQ(check(row, {text}), error("argument must be a memory or percent value")) << text;
}

TEST(Row, Octal) {
  const Row row{"unixsocketperm", "0", "", KEEL_OPTION_OCTAL, 0, 0, 0777};
  EXPECT_EQ(check(row, {"0700"}), value("700"));
  EXPECT_EQ(check(row, {"0"}), value("0"));
  EXPECT_EQ(check(row, {"999"}), error("argument couldn't be parsed as an octal number"));
  EXPECT_EQ(check(row, {"abc"}), error("argument couldn't be parsed as an octal number"));
  EXPECT_EQ(check(row, {""}), error("argument couldn't be parsed as an octal number"));
  EXPECT_EQ(check(row, {"1000"}), error("argument must be between 0 and 777 inclusive"));
}

TEST(Row, Enum) {
  const Row row{"loglevel", "notice", "", KEEL_OPTION_ENUM, 0, 0, 0, {"debug", "verbose", "notice", "warning"}};
  EXPECT_EQ(check(row, {"NOTICE"}), value("notice"));
  const auto wrong = error("argument(s) must be one of the following: debug, verbose, notice, warning");
  EXPECT_EQ(check(row, {"foo"}), wrong);
  EXPECT_EQ(check(row, {""}), wrong);
}

TEST(Row, StringAndList) {
  const Row text{"s", "", "", KEEL_OPTION_STRING, 0, 1, 3};
  EXPECT_EQ(check(text, {"abc"}), value("abc"));
  EXPECT_EQ(check(text, {""}), error("argument must be at least 1 bytes long"));
  EXPECT_EQ(check(text, {"abcd"}), error("argument must be at most 3 bytes long"));
  const Row any{"s", "", "", KEEL_OPTION_STRING, 0, 0, 0};
  EXPECT_EQ(check(any, {std::string(kMaxValue, 'x')}), error("argument is longer than 65536 bytes"));
  const Row list{"l", "", "", KEEL_OPTION_LIST};
  EXPECT_EQ(check(list, {"a", "b"}), value("a b"));
  EXPECT_EQ(check(list, {}), value(""));
  EXPECT_FALSE(check(list, {"a b"}).ok);
  EXPECT_FALSE(check(list, {"a", ""}).ok);
}

keel_status refuse_or_note(void* self, keel_str v, keel_error* e) KEEL_NX {
  if (v.len == 3) return keel_fail(e, KEEL_E_ARG, "three is too many");
  static_cast<std::string*>(self)->assign(v.ptr, v.len);
  return KEEL_OK;
}

TEST(Row, FromThePlugin) {
  std::string told, refusal;
  Row row;
  const keel_option good{"tls-size", "0",  "size",  KEEL_OPTION_MEMORY, KEEL_OPTION_MUTABLE | KEEL_OPTION_PERCENT,
                         0,          1000, nullptr, refuse_or_note};
  ASSERT_TRUE(row_of(good, &told, row, refusal)) << refusal;
  EXPECT_TRUE(row.apply("50%", refusal) || refusal == "three is too many");
  EXPECT_TRUE(row.apply("5%", refusal));
  EXPECT_EQ(told, "-5");
  EXPECT_FALSE(row.apply("100", refusal));
  EXPECT_EQ(refusal, "three is too many");

  for (const char* name : {"", "Tls", "a b", static_cast<const char*>(nullptr)}) {
    keel_option bad = good;
    bad.name = name;
    EXPECT_FALSE(row_of(bad, nullptr, row, refusal));
  }
  keel_option bad = good;
  bad.type = 99;
  EXPECT_FALSE(row_of(bad, nullptr, row, refusal));
  bad = good;
  bad.type = KEEL_OPTION_ENUM;
  EXPECT_FALSE(row_of(bad, nullptr, row, refusal));
  bad = good;
  bad.initial = nullptr;
  EXPECT_FALSE(row_of(bad, nullptr, row, refusal));
  bad = good;
  bad.flags = ~0u;  // no plugin can have the flags of the host
  ASSERT_TRUE(row_of(bad, nullptr, row, refusal));
  EXPECT_FALSE(row.has(kRowHidden));
}

TEST(Words, SpacesAndQuotes) {
  EXPECT_EQ(split_at_spaces("a  b"), (Words{"a", "", "b"}));
  EXPECT_EQ(split_at_spaces(""), Words{});
  EXPECT_EQ(split_at_spaces("a "), (Words{"a", ""}));
  Words words;
  EXPECT_TRUE(split_quoted("  a \"b c\" '' \"x\\\"y\" ", words));
  EXPECT_EQ(words, (Words{"a", "b c", "", "x\"y"}));
  Words again;
  EXPECT_TRUE(split_quoted(join_quoted(words), again));
  EXPECT_EQ(again, words);
  EXPECT_FALSE(split_quoted("\"a", words));
  EXPECT_FALSE(split_quoted("'a'b", words));
  EXPECT_FALSE(split_quoted("\"a\\", words));
}

TEST(Nearest, FindsSlips) {
  const std::vector<std::string_view> names = {"maxmemory", "maxclients", "port", "timeout"};
  EXPECT_EQ(nearest("maxmemroy", names), "maxmemory");
  EXPECT_EQ(nearest("MAXCLIENT", names), "maxclients");
  EXPECT_EQ(nearest("prot", names), "port");
  EXPECT_EQ(nearest("completely-different", names), "");
  EXPECT_EQ(nearest("", names), "");
  EXPECT_EQ(nearest(std::string(10000, 'x'), names), "");
  EXPECT_EQ(did_you_mean("timeuot", names), "; did you mean 'timeout'?");
  EXPECT_EQ(did_you_mean("zzz", names), "");
}

TEST(Row, OfAPluginMayHaveAnOlderName) {
  keel_option option{};
  option.name = "new-name";
  option.initial = "1";
  option.doc = "A number.";
  option.type = KEEL_OPTION_INTEGER;
  option.max = 9;
  option.other_name = "old-name";
  Row row;
  std::string why;
  ASSERT_TRUE(row_of(option, nullptr, row, why)) << why;
  EXPECT_EQ(row.other_name, "old-name");
  option.other_name = "Old Name";
  EXPECT_FALSE(row_of(option, nullptr, row, why));
  EXPECT_EQ(why, "the option 'new-name' has the other name 'Old Name', which is not made of a-z, 0-9 and -");
}

}  // namespace
}  // namespace keel::config
