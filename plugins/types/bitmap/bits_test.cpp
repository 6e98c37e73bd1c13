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
  for (size_t n = 0; n < 2500; n += n < 200 ? 1 : 37) {
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
  for (size_t n = 0; n < 200; ++n) {
    const std::string texts[] = {random_text(dice, n, 2), random_text(dice, n, 2), random_text(dice, n, 2)};
    const char* const sources[] = {texts[0].data(), texts[1].data(), texts[2].data()};
    for (const auto operation : {Operation::kAnd, Operation::kOr, Operation::kXor, Operation::kNot})
      for (size_t count = 1; count <= 3; ++count) {
        if (operation == Operation::kNot && count > 1) continue;
        std::string expected = texts[0];
        for (size_t i = 0; i < n; ++i) {
          if (operation == Operation::kNot) expected[i] = static_cast<char>(~expected[i]);
          for (size_t s = 1; s < count; ++s) {
            const unsigned a = static_cast<unsigned char>(expected[i]), b = static_cast<unsigned char>(texts[s][i]);
            expected[i] = static_cast<char>(operation == Operation::kAnd  ? a & b
                                            : operation == Operation::kOr ? a | b
                                                                          : a ^ b);
          }
        }
        for (const auto order : {Order::kAscending, Order::kDescending}) {
          std::string into(n, 'x');
          combine(operation, sources, count, into.data(), n, order);
          EXPECT_EQ(into, expected) << n << ' ' << count;
          into = texts[0];
          const char* const onto_itself[] = {into.data(), sources[1], sources[2]};
          combine(operation, onto_itself, count, into.data(), n, order);
          EXPECT_EQ(into, expected) << n << ' ' << count;
        }
      }
  }
}

}  // namespace
}  // namespace bitmap
