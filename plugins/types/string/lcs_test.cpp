#include "plugins/types/string/lcs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace strings {
namespace {

using Matches = std::vector<std::pair<uint32_t, uint32_t>>;

struct Result {
  uint32_t length, length_alone;
  Matches matches;
  std::string text;
  std::vector<CommonRange> ranges;
};

Result lcs_of(std::string_view a, std::string_view b) {
  Result r{};
  std::vector<uint64_t> row(LcsTable::words(a, b, false), ~uint64_t{0});
  r.length_alone = LcsTable(a, b, row, false).length();
  std::vector<uint64_t> rows(LcsTable::words(a, b, true), ~uint64_t{0});
  const LcsTable table(a, b, rows, true);
  r.length = table.length();
  table.each_match([&](uint32_t i, uint32_t j) {
    r.matches.emplace_back(i, j);
    r.text += a[i];
  });
  std::reverse(r.text.begin(), r.text.end());
  table.each_range([&](CommonRange range) { r.ranges.push_back(range); });
  return r;
}

// The classic table, with the reference's choice on the way back.
std::pair<uint32_t, Matches> classic(std::string_view a, std::string_view b) {
  std::vector<std::vector<uint32_t>> l(a.size() + 1, std::vector<uint32_t>(b.size() + 1));
  for (size_t i = 1; i <= a.size(); ++i)
    for (size_t j = 1; j <= b.size(); ++j)
      l[i][j] = a[i - 1] == b[j - 1] ? l[i - 1][j - 1] + 1 : std::max(l[i - 1][j], l[i][j - 1]);
  Matches matches;
  size_t i = a.size();
  size_t j = b.size();
  while (i > 0 && j > 0) {
    if (a[i - 1] == b[j - 1]) {
      --i, --j;
      matches.emplace_back(i, j);
    } else if (l[i - 1][j] > l[i][j - 1]) {
      --i;
    } else {
      --j;
    }
  }
  return {l[a.size()][b.size()], matches};
}

TEST(Lcs, Examples) {
  EXPECT_EQ(lcs_of("ohmytext", "mynewtext").text, "mytext");
  EXPECT_EQ(lcs_of("abcbdab", "bdcaba").text, "bdab");
  EXPECT_EQ(lcs_of("bdcaba", "abcbdab").text, "bcba");
  EXPECT_EQ(lcs_of("abc", "xyz").text, "");
}

TEST(Lcs, NothingWithAnEmptyText) {
  for (const auto& [a, b] : {std::pair{"", ""}, std::pair{"a", ""}, std::pair{"", "a"}}) {
    const Result r = lcs_of(a, b);
    EXPECT_EQ(r.length, 0u);
    EXPECT_TRUE(r.matches.empty());
    EXPECT_TRUE(r.ranges.empty());
  }
}

TEST(Lcs, Ranges) {
  const auto ranges = lcs_of("ohmytext", "mynewtext").ranges;
  ASSERT_EQ(ranges.size(), 2u);
  EXPECT_EQ(ranges[0].a_first, 4u);
  EXPECT_EQ(ranges[0].a_last, 7u);
  EXPECT_EQ(ranges[0].b_first, 5u);
  EXPECT_EQ(ranges[0].b_last, 8u);
  EXPECT_EQ(ranges[1].size(), 2u);
}

// Every size around the border of a word, few and many letters: the very same way as through the classic table.
TEST(Lcs, TakesTheWayOfTheClassicTable) {
  std::mt19937 random(5);
  for (int round = 0; round < 600; ++round) {
    const unsigned letters = round % 3 == 0 ? 2 : round % 3 == 1 ? 5 : 256;
    const auto text = [&] {
      std::string s(random() % 200, 0);
      for (char& c : s) c = static_cast<char>(random() % letters);
      return s;
    };
    const std::string a = text();
    const std::string b = text();
    const auto [length, matches] = classic(a, b);
    const Result r = lcs_of(a, b);
    ASSERT_EQ(r.length, length);
    ASSERT_EQ(r.length_alone, length);
    ASSERT_EQ(r.matches, matches);
    size_t in_ranges = 0;
    for (const CommonRange& range : r.ranges) in_ranges += range.size();
    ASSERT_EQ(in_ranges, length);
  }
}

}  // namespace
}  // namespace strings
