#include "host/base/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace keel::base {
namespace {

struct Case {
  const char* pattern;
  const char* text;
  bool expected;
};

class GlobCases : public testing::TestWithParam<Case> {};
TEST_P(GlobCases, Matches) {
  const Case& c = GetParam();
  EXPECT_EQ(glob_match(c.pattern, c.text), c.expected) << c.pattern << " on " << c.text;
}
// Every row agrees with the KEYS of the reference server.
INSTANTIATE_TEST_SUITE_P(
    Table, GlobCases,
    testing::Values(Case{"abc", "abc", true}, Case{"abc", "abd", false}, Case{"abc", "ab", false},
                    Case{"abc", "abcd", false}, Case{"", "a", false}, Case{"*", "anything", true},
                    Case{"**", "x", true}, Case{"a*", "a", true}, Case{"a*", "abc", true}, Case{"a*", "ba", false},
                    Case{"*c", "abc", true}, Case{"*c", "abcd", false}, Case{"a*c", "ac", true},
                    Case{"a*c", "abcbc", true}, Case{"a*b*c", "aXbYc", true}, Case{"a*b*c", "aXcYb", false},
                    Case{"a?c", "abc", true}, Case{"a?c", "ac", false}, Case{"???", "abc", true},
                    Case{"???", "abcd", false}, Case{"h[ae]llo", "hello", true}, Case{"h[ae]llo", "hallo", true},
                    Case{"h[ae]llo", "hillo", false}, Case{"h[^e]llo", "hallo", true}, Case{"h[^e]llo", "hello", false},
                    Case{"h[a-c]llo", "hbllo", true}, Case{"h[c-a]llo", "hbllo", true},
                    Case{"h[a-c]llo", "hdllo", false}, Case{"[]", "]", false}, Case{"[]a]", "a]", false},
                    Case{"[^]", "a", true}, Case{"[a", "a", true}, Case{"[a", "b", false}, Case{"[^a", "b", true},
                    Case{"[", "[", false}, Case{"[^", "x", true}, Case{"[a-", "a", true}, Case{"[a-", "-", true},
                    Case{"[a-]", "a", true}, Case{"[a-]", "]", true}, Case{"[a-]", "-", false},
                    Case{"[\\]]", "]", true}, Case{"[\\a-c]", "b", false}, Case{"[\\a-c]", "-", true},
                    Case{"\\*", "*", true}, Case{"\\*", "a", false}, Case{"\\", "\\", true}, Case{"a\\", "a\\", true},
                    Case{"\\\\", "\\", true}, Case{"a\\bc", "abc", true}, Case{"*[ab]*", "xxbxx", true},
                    Case{"*[ab]", "xxbx", false}, Case{"[*]", "*", true}, Case{"[*]", "a", false}));

TEST(Glob, EmptyText) {
  EXPECT_TRUE(glob_match("", ""));
  EXPECT_TRUE(glob_match("*", ""));
  EXPECT_FALSE(glob_match("?", ""));
  EXPECT_FALSE(glob_match("a", ""));
  EXPECT_FALSE(glob_match("[^a]", ""));
}

TEST(Glob, CaseIsIgnoredOnRequest) {
  EXPECT_TRUE(glob_match("MaxMem*", "maxmemory", GlobCase::kIgnore));
  EXPECT_TRUE(glob_match("max[M]EM*", "maxmemory", GlobCase::kIgnore));
  EXPECT_TRUE(glob_match("*[A-Z]", "maxmemory", GlobCase::kIgnore));
  EXPECT_FALSE(glob_match("MaxMem*", "maxmemory"));
  EXPECT_FALSE(glob_match("MaxMem", "maxmemory", GlobCase::kIgnore));
  EXPECT_TRUE(glob_match("MAXMEMORY", "maxmemory", GlobCase::kIgnore));
}

TEST(Glob, BytesAreBytes) {
  EXPECT_TRUE(glob_match(std::string_view("a\0*", 3), std::string_view("a\0b", 3)));
  EXPECT_FALSE(glob_match(std::string_view("a\0*", 3), "ab"));
  EXPECT_TRUE(glob_match("[\x80-\xff]", "\xe9"));
  EXPECT_FALSE(glob_match("[\x80-\xff]", "a"));
}

TEST(Glob, TellsWhatItKnowsBeforeMatching) {
  EXPECT_TRUE(Glob("*").matches_all());
  EXPECT_TRUE(Glob("***").matches_all());
  EXPECT_FALSE(Glob("").matches_all());
  EXPECT_FALSE(Glob("a*").matches_all());
  EXPECT_EQ(Glob("user:*:name").prefix(), "user:");
  EXPECT_EQ(Glob("us\\er").prefix(), "us");
  EXPECT_TRUE(Glob("user").is_literal());
  EXPECT_FALSE(Glob("us[e]r").is_literal());
}

// A recursive matcher needs ages here; this one about a million steps.
TEST(Glob, ManyStarsStayCheap) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "a*";
  pattern += "b";
  EXPECT_FALSE(glob_match(pattern, std::string(2000, 'a')));
  EXPECT_FALSE(glob_match("*" + std::string(1000, '?') + "b", std::string(3000, 'a')));
  EXPECT_TRUE(glob_match(std::string(100000, '*'), "x"));
}

}  // namespace
}  // namespace keel::base
