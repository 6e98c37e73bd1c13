#include "plugins/types/common/ziplist.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugins/types/common/ziplist_for_test.h"

namespace types {
namespace {

using namespace std::string_literals;

std::vector<std::string> read(const std::string& bytes, bool& ok) {
  std::vector<std::string> all;
  ok = each_of_ziplist(bytes, [&](const listpack::Element& e) {
    char room[20];
    all.emplace_back(e.text(room));
    return true;
  });
  return all;
}

const std::vector<std::string> kBodies = {
    "\x05hello"s,
    "\x00"s,
    "\xf1"s,
    "\xfd"s,
    "\xfe\x80"s,
    "\xc0\x00\x80"s,
    "\xf0\xff\xff\x7f"s,
    "\xd0\x00\x00\x00\x80"s,
    "\xe0\x00\x00\x00\x00\x00\x00\x00\x80"s,
    "\x41\x2c"s + std::string(300, 'x'),
    "\x80\x00\x00\x40\x00"s + std::string(16384, 'y'),
    "\x01z"s,
};
const std::vector<std::string> kTexts = {"hello",
                                         "",
                                         "0",
                                         "12",
                                         "-128",
                                         "-32768",
                                         "8388607",
                                         "-2147483648",
                                         "-9223372036854775808",
                                         std::string(300, 'x'),
                                         std::string(16384, 'y'),
                                         "z"};

TEST(Ziplist, ReadsEveryKindOfEntry) {
  bool ok = false;
  EXPECT_EQ(read(ziplist(kBodies), ok), kTexts);
  EXPECT_TRUE(ok);
  EXPECT_TRUE(read(ziplist({}), ok).empty());
  EXPECT_TRUE(ok);
}

// From an RDB file of Redis: RPUSH k 1 2 a.
TEST(Ziplist, ReadsTheReferencesBytes) {
  bool ok = false;
  EXPECT_EQ(read("\x12\0\0\0\x0e\0\0\0\x03\0\0\xf2\x02\xf3\x02\x01"s + "a\xff"s, ok),
            (std::vector<std::string>{"1", "2", "a"}));
  EXPECT_TRUE(ok);
}

TEST(Ziplist, BecomesAListpack) {
  const std::string bytes = ziplist(kBodies);
  const auto size = listpack_size_of_ziplist(bytes);
  ASSERT_TRUE(size);
  std::vector<char> made(*size);
  write_ziplist_as_listpack(bytes, made.data());
  ASSERT_TRUE(listpack::valid({made.data(), made.size()}));
  size_t i = 0;
  const listpack::View v(made.data());
  for (const char* p = v.begin(); p != v.end(); p = listpack::next(p), ++i) {
    char room[20];
    EXPECT_EQ(listpack::element(p).text(room), kTexts[i]);
  }
  EXPECT_EQ(i, kTexts.size());
}

TEST(Ziplist, RefusesWhatIsNone) {
  const std::string good = ziplist(kBodies);
  bool ok = true;
  for (size_t n = 0; n < good.size(); n += n < 500 ? 1 : 97) {
    read(good.substr(0, n), ok);
    EXPECT_FALSE(ok) << n;
  }
  const auto refused = [&](size_t at, char b, const char* what) {
    std::string bad = ziplist({"\x01q"s, "\xf1"s});
    bad[at] = b;
    read(bad, ok);
    EXPECT_FALSE(ok) << what;
    EXPECT_FALSE(listpack_size_of_ziplist(bad)) << what;
  };
  refused(0, 99, "length");
  refused(4, 10, "offset of the last");
  refused(8, 3, "count");
  refused(13, 7, "length of the one before");
  refused(11, 63, "text beyond the end");
  refused(14, '\xff', "no such head");
  refused(14, '\xc0', "an integer that is cut off");
  refused(14, '\x90', "a head that nobody writes");
}

TEST(Ziplist, SurvivesDamage) {
  const std::string good =
      ziplist({"\x05hello"s, "\xf1"s, "\xe0\x01\x02\x03\x04\x05\x06\x07\x08"s, "\x40\x42"s + std::string(66, 'x')});
  for (size_t i = 0; i < good.size(); ++i) {
    for (unsigned b = 0; b < 256; ++b) {
      std::vector<char> bad(good.begin(), good.end());
      bad[i] = static_cast<char>(b);
      const auto size = listpack_size_of_ziplist({bad.data(), bad.size()});
      if (!size) continue;
      std::vector<char> made(*size);
      write_ziplist_as_listpack({bad.data(), bad.size()}, made.data());
      EXPECT_TRUE(listpack::valid({made.data(), made.size()}));
    }
  }
}

}  // namespace
}  // namespace types
