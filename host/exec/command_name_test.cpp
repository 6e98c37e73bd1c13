#include "host/exec/command_name.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>
#include <vector>

namespace keel::exec {
namespace {

// In memory of its own, which ends where the name does.
CommandName name_of(const std::string& s) {
  const std::vector<char> exact(s.begin(), s.end());
  return CommandName{{exact.data(), exact.size()}};
}

TEST(CommandNameTest, EqualWhateverTheCase) {
  const std::string upper = "ABYZMNOPQRSTUVWX", lower = "abyzmnopqrstuvwx";
  for (size_t n = 0; n <= CommandName::kLongest; ++n) {
    EXPECT_EQ(name_of(upper.substr(0, n)), name_of(lower.substr(0, n))) << n;
    EXPECT_EQ(name_of(upper.substr(0, n)).hash(), name_of(lower.substr(0, n)).hash()) << n;
  }
}

TEST(CommandNameTest, EveryByteCounts) {
  for (size_t n = 1; n <= CommandName::kLongest; ++n)
    for (size_t i = 0; i < n; ++i) {
      std::string name(n, 'a');
      const CommandName before = name_of(name);
      for (int byte = 0; byte < 256; ++byte) {
        name[i] = static_cast<char>(byte);
        EXPECT_EQ(name_of(name) == before, byte == 'a' || byte == 'A') << n << " bytes, byte " << i << " is " << byte;
      }
    }
}

// Letters have two forms; a byte that is no letter has one, also beside them ('@', '[', '`', '{') and above 127.
TEST(CommandNameTest, OnlyLettersHaveACase) {
  for (int a = 0; a < 256; ++a)
    for (int b = 0; b < 256; ++b) {
      const bool letters = a < 128 && b < 128 && std::isalpha(a) != 0 && std::isalpha(b) != 0;
      const bool same = a == b || (letters && (a ^ b) == 0x20);
      EXPECT_EQ(name_of(std::string(9, static_cast<char>(a))) == name_of(std::string(9, static_cast<char>(b))), same)
          << a << " and " << b;
    }
}

TEST(CommandNameTest, ZeroesAtTheEndCount) {
  EXPECT_NE(name_of("get"), name_of(std::string("get\0", 4)));
  EXPECT_NE(name_of("geoadd12"), name_of(std::string("geoadd12\0", 9)));
  EXPECT_NE(name_of(""), name_of(std::string("\0", 1)));
}

}  // namespace
}  // namespace keel::exec
