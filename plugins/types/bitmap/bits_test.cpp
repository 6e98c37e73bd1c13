#include "plugins/types/bitmap/bits.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace bitmap {
namespace {

bool bit_of(std::string_view s, uint64_t i) {
  return (static_cast<uint8_t>(s[i / 8]) >> (7 - i % 8) & 1) != 0;
}
std::string random_text(std::mt19937& dice, size_t n, int kind) {
  std::string s(n, kind == 0 ? '\0' : '\xff');
  if (kind == 2)
    for (char& c : s) c = static_cast<char>(dice());
  if (n > 0 && kind != 2 && dice() % 2 == 0) s[dice() % n] = static_cast<char>(dice());
  return s;
}

TEST(Bits, AreCountedAsOneByOne) {
  std::mt19937 dice{1};
  for (size_t n = 0; n < 200; ++n) {
    const std::string s = random_text(dice, n, static_cast<int>(n % 3));
    uint64_t ones = 0;
    for (uint64_t i = 0; i < 8 * n; ++i) ones += bit_of(s, i);
    EXPECT_EQ(count_ones(s), ones) << n;
  }
}

TEST(Bits, AreFoundAsOneByOne) {
  std::mt19937 dice{2};
  for (int turn = 0; turn < 20000; ++turn) {
    const size_t n = dice() % 40;
    const std::string s = random_text(dice, n, turn % 3);
    const uint64_t end = dice() % (8 * n + 1), from = dice() % (end + 1);
    const bool bit = dice() % 2 == 0;
    uint64_t at = from;
    while (at < end && bit_of(s, at) != bit) ++at;
    ASSERT_EQ(find_bit(s, bit, from, end), at) << n << ' ' << from << ' ' << end << ' ' << bit;
  }
}

TEST(Bits, AreCombinedAsBytes) {
  std::mt19937 dice{3};
  for (size_t n = 0; n < 150; ++n) {
    const std::string a = random_text(dice, n, 2), b = random_text(dice, n, 2);
    std::string with_and = a, with_or = a, with_xor = a, inverted = a;
    combine(Operation::kAnd, with_and.data(), b.data(), n);
    combine(Operation::kOr, with_or.data(), b.data(), n);
    combine(Operation::kXor, with_xor.data(), b.data(), n);
    invert(inverted.data(), n);
    for (size_t i = 0; i < n; ++i) {
      EXPECT_EQ(with_and[i], static_cast<char>(a[i] & b[i]));
      EXPECT_EQ(with_or[i], static_cast<char>(a[i] | b[i]));
      EXPECT_EQ(with_xor[i], static_cast<char>(a[i] ^ b[i]));
      EXPECT_EQ(inverted[i], static_cast<char>(~a[i]));
    }
  }
}

}  // namespace
}  // namespace bitmap
