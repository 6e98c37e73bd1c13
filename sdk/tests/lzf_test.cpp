#include "keel/cpp/lzf.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace keel {
namespace {

using namespace std::string_view_literals;

bool unpacks_to(std::string_view packed, std::string_view expected) {
  std::string out(expected.size(), '?');
  return lzf_unpack(packed, out) && out == expected;
}

std::string pack(std::string_view in, size_t room) {
  std::string out(room, '?');
  out.resize(lzf_pack(in, out));
  return out;
}

TEST(Lzf, UnpacksLiteralsAndMatches) {
  EXPECT_TRUE(
      unpacks_to("\x02"sv
                 "abc"sv,
                 "abc"));
  EXPECT_TRUE(
      unpacks_to("\x02"sv
                 "abc"sv
                 "\x20\x02"sv,
                 "abcabc"));
  EXPECT_TRUE(
      unpacks_to("\x00"sv
                 "a"sv
                 "\xe0\x00\x00"sv,
                 std::string(10, 'a')));
  EXPECT_TRUE(
      unpacks_to("\x00"sv
                 "a"sv
                 "\xe0\xff\x00"sv,
                 std::string(265, 'a')));
  EXPECT_TRUE(unpacks_to("", ""));
}

// What the reference server's DUMP gives for "hello" ten times.
TEST(Lzf, UnpacksWhatTheReferencePacks) {
  std::string hello;
  for (int i = 0; i < 10; ++i) hello += "hello";
  EXPECT_TRUE(
      unpacks_to("\x05"sv
                 "helloh"sv
                 "\xe0\x21\x04\x01"sv
                 "lo"sv,
                 hello));
}

TEST(Lzf, RefusesWhatIsMalformed) {
  EXPECT_FALSE(
      unpacks_to("\x02"sv
                 "ab"sv,
                 "abc"));  // literals cut off
  EXPECT_FALSE(
      unpacks_to("\x02"sv
                 "abc"sv
                 "\x20"sv,
                 "abcabc"));  // match cut off
  EXPECT_FALSE(
      unpacks_to("\x02"sv
                 "abc"sv
                 "\xe0"sv,
                 "abcabc"));  // long match cut off
  EXPECT_FALSE(
      unpacks_to("\x02"sv
                 "abc"sv
                 "\x20\x03"sv,
                 "abcabc"));  // before the beginning
  EXPECT_FALSE(
      unpacks_to("\x02"sv
                 "abc"sv
                 "\x20\x02"sv,
                 "abcab"));  // longer than said
  EXPECT_FALSE(
      unpacks_to("\x02"sv
                 "abc"sv
                 "\x20\x02"sv,
                 "abcabca"));  // shorter than said
  EXPECT_FALSE(unpacks_to("", "a"));
}

TEST(Lzf, SurvivesEveryCutAndRandomBytes) {
  std::mt19937 random(7);
  std::string out(300, 0);
  for (int round = 0; round < 20000; ++round) {
    std::string in(random() % 40, 0);
    for (char& c : in) c = static_cast<char>(random());
    lzf_unpack(in, std::span(out).first(random() % out.size()));
  }
}

TEST(Lzf, PacksWhatItCanUnpack) {
  std::mt19937 random(11);
  for (unsigned letters : {1u, 2u, 4u, 40u, 256u}) {
    for (size_t size : {0u, 1u, 3u, 21u, 33u, 1000u, 70000u}) {
      std::string in(size, 0);
      for (char& c : in) c = static_cast<char>(random() % letters);
      const std::string packed = pack(in, size + size / 32 + 1);
      EXPECT_TRUE(unpacks_to(packed, in)) << letters << " letters, " << size;
      if (letters == 1 && size > 32) {
        EXPECT_LT(packed.size(), size / 10 + 8);
      }
    }
  }
}

TEST(Lzf, PacksNothingWithoutRoom) {
  EXPECT_EQ(pack("abcdefghijkl", 12), "");
  EXPECT_EQ(pack("abcdefghijkl", 13).size(), 13u);
  EXPECT_EQ(pack(std::string(1000, 'x'), 4), "");
}

TEST(Lzf, GrowsNoMoreThanItSays) {
  const std::string packed = pack(std::string(1 << 20, 'x'), 1 << 20);
  EXPECT_GE(packed.size() * kLzfMaxGrowth, size_t{1} << 20);
}

}  // namespace
}  // namespace keel
