#include "plugins/types/string/lcs.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace strings {
namespace {

constexpr size_t kBits = 64;

size_t row_words(std::string_view b) noexcept {
  return b.size() / kBits + (b.size() % kBits != 0);
}

// Bit k is set where byte k of the eight is `byte`.
uint64_t matches_of_eight(const char* p, uint64_t repeated_byte) noexcept {
  uint64_t x = 0;
  std::memcpy(&x, p, sizeof x);
  if constexpr (std::endian::native == std::endian::big) x = __builtin_bswap64(x);
  constexpr uint64_t kLow7 = 0x7f7f7f7f7f7f7f7f;
  x ^= repeated_byte;
  const uint64_t zero_bytes = ~(((x & kLow7) + kLow7) | x | kLow7);  // bit 7 of each byte that is zero, and no other
  return ((zero_bytes >> 7) * 0x0102040810204080) >> 56;
}

// Bit k is set where byte k of at most 64 is `byte`.
uint64_t matches(std::string_view bytes, char byte) noexcept {
  const uint64_t repeated = uint64_t{static_cast<unsigned char>(byte)} * 0x0101010101010101;
  uint64_t bits = 0;
  size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) bits |= matches_of_eight(bytes.data() + at, repeated) << at;
  for (; at < bytes.size(); ++at) bits |= uint64_t{bytes[at] == byte} << at;
  return bits;
}

// One row from the one above; they may be the same.  With s = ~above and m the cells whose bytes are equal, the new
// ~row is (s + (s & m)) | (s & ~m), where the addition runs over all words.
void next_row(const uint64_t* above, uint64_t* row, std::string_view b, char byte) noexcept {
  uint64_t carry = 0;
  for (size_t w = 0; w * kBits < b.size(); ++w) {
    const uint64_t s = ~above[w];
    const uint64_t u = s & matches(b.substr(w * kBits, kBits), byte);
    uint64_t sum = 0;
    const bool over = __builtin_add_overflow(s, u, &sum);
    const bool over_again = __builtin_add_overflow(sum, carry, &sum);
    carry = over || over_again;
    row[w] = ~(sum | (s & ~u));
  }
}

}  // namespace

uint64_t LcsTable::words(std::string_view a, std::string_view b, bool with_way) noexcept {
  return row_words(b) * (with_way ? uint64_t{a.size()} : 1);
}

LcsTable::LcsTable(std::string_view a, std::string_view b, std::span<uint64_t> memory, bool with_way) noexcept
    : a_(a), b_(b), rows_(memory), width_(row_words(b)) {
  if (a.empty() || b.empty()) return;
  uint64_t* row = rows_.data();
  std::fill_n(row, width_, 0);
  next_row(row, row, b, a[0]);
  for (size_t i = 1; i < a.size(); ++i) {
    uint64_t* const above = row;
    if (with_way) row += width_;
    next_row(above, row, b, a[i]);
  }
  // Cells beyond the end of b never match, so they never grow.
  for (size_t w = 0; w < width_; ++w) length_ += static_cast<uint32_t>(std::popcount(row[w]));
}

}  // namespace strings
