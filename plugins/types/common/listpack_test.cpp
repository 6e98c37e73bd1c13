#include "plugins/types/common/listpack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string>
#include <vector>

namespace types::listpack {
namespace {

using namespace std::string_literals;

// A listpack in memory of its own.
struct Owned {
  std::vector<char> bytes = std::vector<char>(kEmpty);
  bool refuse = false;

  Owned() { write_empty(bytes.data()); }
  char* p() { return bytes.data(); }
  View view() const { return View(bytes.data()); }
  auto resize() {
    return [this](size_t n) -> char* {
      if (refuse) return nullptr;
      bytes.resize(n);
      return bytes.data();
    };
  }
  bool push(std::string_view text) { return append(p(), Encoded(text), resize()); }
};

Owned made(const std::vector<std::string>& elements) {
  Owned o;
  for (const auto& e : elements) o.push(e);
  return o;
}
std::string text_at(const char* p) {
  char room[20];
  return std::string(element(p).text(room));
}
std::vector<std::string> contents(View v) {
  std::vector<std::string> all;
  for (const char* p = v.begin(); p != v.end(); p = next(p)) all.push_back(text_at(p));
  return all;
}
std::vector<std::string> backwards(View v) {
  std::vector<std::string> all;
  for (const char* p = v.end(); p != v.begin();) all.push_back(text_at(p = previous(p)));
  std::reverse(all.begin(), all.end());
  return all;
}
std::string entry(std::string_view text) {
  std::string s(Encoded(text).size(), '\0');
  Encoded(text).write(s.data());
  return s;
}

// What the reference has written (DUMP of a hash, taken out of its RDB string).
TEST(Listpack, IsTheReferencesBytes) {
  EXPECT_EQ(std::string(made({}).view().all()), "\x07\0\0\0\0\0\xff"s);
  EXPECT_EQ(std::string(made({"a", "1"}).view().all()), "\x0c\0\0\0\x02\0\x81"s + "a\x02\x01\x01\xff"s);
}

TEST(Listpack, EncodesEachKindInItsShortestForm) {
  EXPECT_EQ(entry("0"), "\x00\x01"s);
  EXPECT_EQ(entry("127"), "\x7f\x01"s);
  EXPECT_EQ(entry("128"), "\xc0\x80\x02"s);
  EXPECT_EQ(entry("-1"), "\xdf\xff\x02"s);
  EXPECT_EQ(entry("4095"), "\xcf\xff\x02"s);
  EXPECT_EQ(entry("-4096"), "\xd0\x00\x02"s);
  EXPECT_EQ(entry("4096"), "\xf1\x00\x10\x03"s);
  EXPECT_EQ(entry("-32768"), "\xf1\x00\x80\x03"s);
  EXPECT_EQ(entry("32768"), "\xf2\x00\x80\x00\x04"s);
  EXPECT_EQ(entry("8388607"), "\xf2\xff\xff\x7f\x04"s);
  EXPECT_EQ(entry("8388608"), "\xf3\x00\x00\x80\x00\x05"s);
  EXPECT_EQ(entry("-2147483648"), "\xf3\x00\x00\x00\x80\x05"s);
  EXPECT_EQ(entry("2147483648"), "\xf4\x00\x00\x00\x80\x00\x00\x00\x00\x09"s);
  EXPECT_EQ(entry(""), "\x80\x01"s);
  EXPECT_EQ(entry("01"), "\x82\x30\x31\x03"s);
  EXPECT_EQ(entry(std::string(64, 'x')).substr(0, 2), "\xe0\x40"s);
  EXPECT_EQ(entry(std::string(4095, 'x')).substr(0, 2), "\xef\xff"s);
  EXPECT_EQ(entry(std::string(4096, 'x')).substr(0, 5), "\xf0\x00\x10\x00\x00"s);
}

TEST(Listpack, TakesOnlyCanonicalIntegers) {
  for (const char* text : {"9223372036854775807", "-9223372036854775808", "0", "-1"})
    EXPECT_TRUE(as_integer(text)) << text;
  for (const char* text :
       {"", "-", "-0", "+1", "00", "1 ", " 1", "9223372036854775808", "-9223372036854775809", "1.0", "0x1"})
    EXPECT_FALSE(as_integer(text)) << text;
}

TEST(Listpack, BacklenHasTheReferencesLimits) {
  EXPECT_EQ(backlen_size(127), 1u);
  EXPECT_EQ(backlen_size(128), 2u);
  EXPECT_EQ(backlen_size(16382), 2u);
  EXPECT_EQ(backlen_size(16383), 3u);  // would fit into two
  EXPECT_EQ(backlen_size(2097150), 3u);
  EXPECT_EQ(backlen_size(2097151), 4u);
  EXPECT_EQ(backlen_size(268435454), 4u);
  EXPECT_EQ(backlen_size(268435455), 5u);
  for (size_t size : std::initializer_list<size_t>{1, 127, 128, 16382, 16383, 70000, 2097150, 2097151}) {
    std::string text(size - (size <= 64 ? 1 : size <= 4097 ? 2 : 5), 'x');
    const std::string e = entry(text);
    EXPECT_EQ(previous(e.data() + e.size()), e.data()) << size;
    EXPECT_EQ(next(e.data()), e.data() + e.size()) << size;
  }
}

std::vector<std::string> samples() {
  std::vector<std::string> all{"", "a", "hello", "01", "-0", "9223372036854775808"};
  for (unsigned bits = 0; bits < 63; ++bits)
    for (int64_t d : {-1, 0, 1}) {
      all.push_back(std::to_string((int64_t{1} << bits) + d));
      all.push_back(std::to_string(-(int64_t{1} << bits) + d));
    }
  for (size_t n :
       std::initializer_list<size_t>{1, 62, 63, 64, 65, 125, 126, 127, 4094, 4095, 4096, 16376, 16383, 70000})
    all.push_back(std::string(n, 'z'));
  all.push_back("9223372036854775807");
  all.push_back("-9223372036854775808");
  return all;
}

TEST(Listpack, KeepsEveryElementForwardsAndBackwards) {
  const auto all = samples();
  const Owned o = made(all);
  EXPECT_TRUE(valid({o.bytes.data(), o.bytes.size()}));
  EXPECT_EQ(o.view().count(), all.size());
  EXPECT_EQ(contents(o.view()), all);
  EXPECT_EQ(backwards(o.view()), all);
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(text_at(o.view().at(static_cast<int64_t>(i))), all[i]);
    EXPECT_EQ(text_at(o.view().at(static_cast<int64_t>(i) - static_cast<int64_t>(all.size()))), all[i]);
  }
  EXPECT_EQ(o.view().at(static_cast<int64_t>(all.size())), nullptr);
  EXPECT_EQ(o.view().at(-1 - static_cast<int64_t>(all.size())), nullptr);
}

TEST(Listpack, FindsByContents) {
  const auto all = samples();
  const Owned o = made(all);
  for (const auto& e : all) {
    const char* found = o.view().find(Needle(e));
    ASSERT_NE(found, nullptr) << e;
    EXPECT_EQ(text_at(found), e);
  }
  EXPECT_EQ(o.view().find(Needle("missing")), nullptr);
  EXPECT_EQ(o.view().find(Needle("12345678901234")), nullptr);
  const Owned pairs = made({"f", "g", "g", "v"});
  EXPECT_EQ(pairs.view().find(Needle("g"), 2), pairs.view().at(2));
  EXPECT_EQ(pairs.view().find(Needle("v"), 2), nullptr);
  EXPECT_EQ(made({}).view().find(Needle("")), nullptr);
}

// A foreign writer may have stored digits as text.
TEST(Listpack, FindsDigitsThatAreText) {
  std::string bytes = "\x0a\0\0\0\x01\0\x81"s + "5\x02\xff"s;
  ASSERT_TRUE(valid(bytes));
  EXPECT_NE(View(bytes.data()).find(Needle("5")), nullptr);
}

TEST(Listpack, CountsMoreThanTheHeaderTells) {
  Owned o;
  const std::vector<std::string> many(70000, "7");
  const Encoded seven("7");
  char* gap = splice(o.p(), {kHeader, 0, many.size() * seven.size(), 0, 70000}, o.resize());
  ASSERT_NE(gap, nullptr);
  for (size_t i = 0; i < many.size(); ++i) gap = seven.write(gap);
  EXPECT_EQ(load<uint16_t>(o.p() + 4), 65535);
  EXPECT_EQ(o.view().count(), 70000u);
  EXPECT_TRUE(valid({o.bytes.data(), o.bytes.size()}));
  ASSERT_TRUE(erase(o.p(), o.view().begin(), o.view().at(69990), 69990, o.resize()));
  EXPECT_EQ(o.view().count(), 10u);
  EXPECT_TRUE(valid({o.bytes.data(), o.bytes.size()}));
}

TEST(Listpack, BehavesAsARowOfTexts) {
  std::mt19937 random(7);
  const auto all = samples();
  const auto any = [&] { return all[random() % all.size()]; };
  std::vector<std::string> model;
  Owned o;
  for (int turn = 0; turn < 20000; ++turn) {
    const size_t at = model.empty() ? 0 : random() % model.size();
    const std::string text = any();
    const char* place = o.view().at(static_cast<int64_t>(at));
    if (place == nullptr) place = o.view().end();
    switch (random() % 6) {
      case 0:
      case 1:
        ASSERT_TRUE(insert(o.p(), place, Encoded(text), o.resize()));
        model.insert(model.begin() + static_cast<std::ptrdiff_t>(at), text);
        break;
      case 2:
        ASSERT_TRUE(o.push(text));
        model.push_back(text);
        break;
      case 3:
        if (model.empty()) break;
        ASSERT_TRUE(replace(o.p(), place, Encoded(text), o.resize()));
        model[at] = text;
        break;
      default: {
        const size_t n = std::min<size_t>(random() % 3, model.size() - at);
        ASSERT_TRUE(erase(o.p(), place, advance(place, n), static_cast<uint32_t>(n), o.resize()));
        model.erase(model.begin() + static_cast<std::ptrdiff_t>(at),
                    model.begin() + static_cast<std::ptrdiff_t>(at + n));
      }
    }
    ASSERT_EQ(o.view().bytes(), o.bytes.size());
    ASSERT_EQ(o.view().count(), model.size());
    if (turn % 100 != 0) continue;
    ASSERT_TRUE(valid({o.bytes.data(), o.bytes.size()}));
    ASSERT_EQ(contents(o.view()), model);
    ASSERT_EQ(backwards(o.view()), model);
  }
}

TEST(Listpack, StaysAsItWasWhenThereIsNoMemory) {
  Owned o = made({"a", "b"});
  const auto before = o.bytes;
  o.refuse = true;
  EXPECT_FALSE(o.push("c"));
  EXPECT_FALSE(replace(o.p(), o.view().begin(), Encoded("longer"), o.resize()));
  EXPECT_FALSE(erase(o.p(), o.view().begin(), o.view().end(), 2, o.resize()));
  EXPECT_EQ(o.bytes, before);
  // What cannot be given back stays behind the end.
  int calls = 0;
  EXPECT_TRUE(erase(o.p(), o.view().begin(), o.view().at(1), 1,
                    [&](size_t) -> char* { return calls++ == 0 ? o.p() : nullptr; }));
  EXPECT_EQ(contents(o.view()), std::vector<std::string>{"b"});
  EXPECT_LT(o.view().bytes(), o.bytes.size());
}

TEST(Listpack, RefusesWhatIsNone) {
  Owned whole = made(samples());
  const std::string good(whole.view().all());
  ASSERT_TRUE(valid(good));
  for (size_t n = 0; n < std::min<size_t>(good.size(), 3000); ++n) EXPECT_FALSE(valid(good.substr(0, n)));
  EXPECT_FALSE(valid(good + "x"));
  const auto with_frame = [](const std::string& entries, unsigned count) {
    std::string s(kHeader, '\0');
    write_header(s.data(), kEmpty + entries.size(), count);
    return s + entries + "\xff";
  };
  EXPECT_TRUE(valid(with_frame(entry("a") + entry("5"), 2)));
  EXPECT_TRUE(valid(with_frame(entry("a") + entry("5"), 65535)));
  EXPECT_FALSE(valid(with_frame(entry("a") + entry("5"), 3)));  // count
  EXPECT_FALSE(
      valid(with_frame("\x81"
                       "a\x03",
                       1)));  // backlen
  EXPECT_FALSE(
      valid(with_frame("\xbf"
                       "a\x02",
                       1)));                                       // text beyond the end
  EXPECT_FALSE(valid(with_frame("\xf0\xff\xff\xff\xff\x01", 1)));  // the same, with a big length
  EXPECT_FALSE(valid(with_frame("\xf5\x01", 1)));                  // no such head
  EXPECT_FALSE(valid(with_frame("\xff\x01", 1)));                  // an end mark inside
  EXPECT_FALSE(valid(with_frame("\xf4\x01", 1)));                  // an integer that is cut off
  EXPECT_FALSE(valid(with_frame("\xe1", 1)));                      // a head that is cut off
  EXPECT_FALSE(valid(with_frame("\xf0\x01", 1)));
}

// No byte that is changed makes the check read outside; what it then takes is well formed in every sense.
TEST(Listpack, SurvivesDamage) {
  const std::string good(made({"a", "12", "-5000", std::string(70, 'q'), "70000", "field", ""}).view().all());
  for (size_t i = 0; i < good.size(); ++i) {
    for (unsigned b = 0; b < 256; ++b) {
      std::vector<char> bad(good.begin(), good.end());  // exactly so long: sanitizers see what lies outside
      bad[i] = static_cast<char>(b);
      if (!valid({bad.data(), bad.size()})) continue;
      const View v(bad.data());
      EXPECT_EQ(contents(v), backwards(v));
    }
  }
}

}  // namespace
}  // namespace types::listpack
