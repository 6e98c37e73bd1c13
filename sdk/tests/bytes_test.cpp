#include "keel/cpp/bytes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace keel {
namespace {

constexpr size_t kLongest = 40;  // more than twice what is done without a call

std::string text_of(size_t n) {
  std::string s(n, '\0');
  for (size_t i = 0; i < n; ++i) s[i] = static_cast<char>('a' + i);
  return s;
}

TEST(BytesTest, CopiesAsManyAsThereAre) {
  for (size_t n = 0; n <= kLongest; ++n) {
    const std::string text = text_of(n);
    const std::vector<char> exact(text.begin(), text.end());  // a byte beyond it is nobody's
    std::string to(n + 2, '#');
    EXPECT_EQ(copy(to.data() + 1, {exact.data(), n}), to.data() + 1 + n);
    EXPECT_EQ(to, "#" + text + "#");
  }
}

TEST(BytesTest, EqualIsEqualInEveryByte) {
  for (size_t n = 0; n <= kLongest; ++n) {
    const std::string text = text_of(n);
    const std::vector<char> exact(text.begin(), text.end());
    const Str same{exact.data(), n};
    EXPECT_TRUE(same_bytes(text, same)) << n;
    EXPECT_FALSE(same_bytes(text + "x", same)) << n;
    EXPECT_FALSE(same_bytes(same, text + "x")) << n;
    for (size_t i = 0; i < n; ++i) {
      std::string other = text;
      other[i] = static_cast<char>(other[i] ^ 0x80);
      EXPECT_FALSE(same_bytes(other, same)) << n << " bytes, differing in byte " << i;
    }
  }
}

TEST(BytesTest, WordsAnywhere) {
  std::string room(16, '\0');
  store(room.data() + 3, uint32_t{0x04030201});
  EXPECT_EQ(load<uint32_t>(room.data() + 3), 0x04030201u);
  EXPECT_EQ(load<uint16_t>(room.data() + 4), load<uint32_t>(room.data() + 3) >> 8 & 0xffff);
}

}  // namespace
}  // namespace keel
