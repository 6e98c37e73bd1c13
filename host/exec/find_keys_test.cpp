#include <gtest/gtest.h>

#include <string>

#include "host/base/hash.h"
#include "host/exec/command_table.h"
#include "keel/cpp/tables.hpp"

namespace keel::exec {
namespace {

constexpr keel_keyspec counted(int32_t pos, int32_t count_at, int32_t first) {
  keel_keyspec s{};
  s.begin = KEEL_BEGIN_INDEX;
  s.find = KEEL_FIND_KEYNUM;
  s.pos = pos;
  s.count_at = count_at;
  s.first = first;
  s.step = 1;
  return s;
}
constexpr keel_keyspec behind(const char* keyword, int32_t from, int32_t last, int32_t limit = 0) {
  keel_keyspec s = keys_at(0, from, last);
  s.begin = KEEL_BEGIN_KEYWORD;
  s.keyword = keyword;
  s.limit = limit;
  return s;
}

class FindKeysTest : public ::testing::Test {
 protected:
  // The keys of a command line, with blanks between them; "bad" when the arguments make no sense.
  template <size_t N>
  std::string keys(const keel_keyspec (&specs)[N], const std::string& line) {
    command_.row.keyspecs = specs;
    command_.row.nkeyspecs = N;
    return run(line);
  }
  std::string run(const std::string& line) {
    words_.clear();
    for (size_t from = 0; from <= line.size();) {
      const size_t blank = std::min(line.find(' ', from), line.size());
      words_.push_back({line.data() + from, blank - from});
      from = blank + 1;
    }
    found_.assign(1, {77, 0, 0});  // what other commands have found stays
    const bool ok = find_keys(command_, words_.data(), static_cast<uint32_t>(words_.size()), found_, true);
    EXPECT_EQ(found_[0].arg, 77u);
    if (!ok) {
      EXPECT_EQ(found_.size(), 1u);
      return "bad";
    }
    std::string out;
    for (size_t i = 1; i < found_.size(); ++i) {
      const std::string_view key = view(words_[found_[i].arg]);
      EXPECT_EQ(found_[i].hash, base::hash_bytes(key));
      if (i > 1) out += ' ';
      out += key;
    }
    return out;
  }

  Command command_;
  std::vector<keel_str> words_;
  std::vector<keel_keyref> found_;
};

TEST_F(FindKeysTest, ByRange) {
  EXPECT_EQ(keys({one_key(0)}, "GET a"), "a");
  EXPECT_EQ(keys({one_key(0, 2)}, "OBJECT FREQ a"), "a");
  EXPECT_EQ(keys({keys_at(0, 1, 1)}, "LCS a b LEN"), "a b");
  EXPECT_EQ(keys({keys_at(0, 1, -1)}, "DEL a b c"), "a b c");
  EXPECT_EQ(keys({keys_at(0, 1, -2)}, "BLPOP a b 0"), "a b");
  EXPECT_EQ(keys({keys_at(0, 1, -1, 2)}, "MSET a 1 b 2"), "a b");
}

TEST_F(FindKeysTest, SeveralSpecifications) {
  EXPECT_EQ(keys({one_key(KEEL_KEY_RW), one_key(KEEL_KEY_OW, 2)}, "RENAME a b"), "a b");
  EXPECT_EQ(found_[1].flags, uint32_t{KEEL_KEY_RW});
  EXPECT_EQ(found_[2].flags, uint32_t{KEEL_KEY_OW});
}

TEST_F(FindKeysTest, ACommandTooShortForItsKeys) {
  EXPECT_EQ(keys({one_key(0)}, "GET"), "bad");
  EXPECT_EQ(keys({keys_at(0, 1, 1)}, "LCS a"), "bad");
  EXPECT_EQ(keys({one_key(0), one_key(0, 2)}, "RENAME a"), "bad");
  EXPECT_EQ(keys({keys_at(0, 1, -1)}, "DEL"), "");
}

TEST_F(FindKeysTest, ByNumberOfKeys) {
  EXPECT_EQ(keys({counted(2, 0, 1)}, "EVAL script 2 a b arg"), "a b");
  EXPECT_EQ(keys({one_key(0), counted(2, 0, 1)}, "ZUNIONSTORE to 2 a b WEIGHTS 1 2"), "to a b");
  EXPECT_EQ(keys({counted(2, 0, 1)}, "EVAL script 0 arg"), "");
}

TEST_F(FindKeysTest, BadNumbersOfKeys) {
  for (const char* count : {"-1", "3", "x", "", "1x", "99999999999999999999", "9223372036854775807"})
    EXPECT_EQ(keys({counted(2, 0, 1)}, "EVAL script " + std::string{count} + " a b"), "bad") << count;
  EXPECT_EQ(keys({counted(2, 0, 1)}, "EVAL script"), "bad");
}

TEST_F(FindKeysTest, BehindAKeyword) {
  EXPECT_EQ(keys({behind("STREAMS", 1, -1, 2)}, "XREAD COUNT 5 streams a b 0 0"), "a b");
  EXPECT_EQ(keys({behind("STREAMS", 4, -1, 2)}, "XREADGROUP GROUP g c STREAMS a >"), "a");
  EXPECT_EQ(keys({behind("STORE", 2, 0)}, "SORT a LIMIT 0 1 STORE b"), "b");
  EXPECT_EQ(keys({behind("STORE", 2, 0)}, "SORT a"), "");
}

TEST_F(FindKeysTest, BehindAKeywordThatIsSearchedFromTheEnd) {
  EXPECT_EQ(keys({behind("KEYS", -2, -1)}, "MIGRATE host 1 KEYS 0 5 KEYS a b"), "a b");
}

TEST_F(FindKeysTest, WhatNobodyCanKnowIsNoKey) {
  keel_keyspec unknown = one_key(0);
  unknown.find = KEEL_FIND_UNKNOWN;
  EXPECT_EQ(keys({one_key(0), unknown}, "SORT a GET b*"), "a");
  unknown = one_key(0);
  unknown.begin = KEEL_BEGIN_UNKNOWN;
  EXPECT_EQ(keys({unknown}, "X a"), "");
}

TEST_F(FindKeysTest, ByTheCommandItself) {
  command_.row.flags = KEEL_CMD_MOVABLE_KEYS;
  command_.row.find_keys = [](const keel_str*, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept -> uint32_t {
    if (argc == 1) return UINT32_MAX;
    if (cap > 0) out[0] = {argc - 1, KEEL_KEY_RO, 0};
    return 1;
  };
  EXPECT_EQ(run("X a b"), "b");
  EXPECT_EQ(found_[1].flags, uint32_t{KEEL_KEY_RO});
  EXPECT_EQ(run("X"), "bad");
}

TEST_F(FindKeysTest, HashesOnlyWhenAsked) {
  constexpr static keel_keyspec kOne[] = {one_key(0)};
  command_.row.keyspecs = kOne;
  command_.row.nkeyspecs = 1;
  const keel_str argv[] = {{"GET", 3}, {"a", 1}};
  ASSERT_TRUE(find_keys(command_, argv, 2, found_, false));
  EXPECT_EQ(found_[0].hash, 0u);
}

}  // namespace
}  // namespace keel::exec
