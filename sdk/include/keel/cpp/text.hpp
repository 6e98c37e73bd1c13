// keel/cpp/text.hpp - strings and numbers as the protocol writes them.  Header-only, no allocation.
#pragma once
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "keel/abi.h"

namespace keel {

using Str = std::string_view;
constexpr Str view(keel_str s) noexcept {
  return {s.ptr, s.len};
}
constexpr keel_str str(Str s) noexcept {
  return {s.data(), s.size()};
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// ASCII, case-insensitive, as option names of commands are compared.
constexpr bool same_word(Str a, Str b) noexcept {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// The only form of an integer that the protocol takes: no blank, no plus, no leading zero, within int64_t.
constexpr std::optional<int64_t> parse_integer(Str s) noexcept {
  if (s.empty() || s.size() > 20) return std::nullopt;
  size_t i = 0;
  const bool negative = s[0] == '-';
  if (negative && ++i == s.size()) return std::nullopt;
  if (s[i] == '0') return s.size() == 1 ? std::optional<int64_t>{0} : std::nullopt;
  uint64_t n = 0;
  for (; i < s.size(); ++i) {
    const auto digit = static_cast<uint64_t>(static_cast<unsigned char>(s[i])) - '0';
    if (digit > 9 || __builtin_mul_overflow(n, uint64_t{10}, &n) || __builtin_add_overflow(n, digit, &n))
      return std::nullopt;
  }
  constexpr uint64_t kMax = static_cast<uint64_t>(INT64_MAX);
  if (negative) return n > kMax + 1 ? std::nullopt : std::optional{static_cast<int64_t>(0 - n)};
  return n > kMax ? std::nullopt : std::optional{static_cast<int64_t>(n)};
}

// Decimal digits of n in room for 20 characters; returns their end.
inline char* write_integer(char* to, int64_t n) noexcept {
  constexpr uint64_t kEightDigits = 100'000'000;
  if (static_cast<uint64_t>(n) < 10) {
    *to = static_cast<char>('0' + n);
    return to + 1;
  }
  if (static_cast<uint64_t>(n) >= kEightDigits) return std::to_chars(to, to + 20, n).ptr;
  // All digits at once, each in a byte of a word: halves of four digits, quarters of two, then digits, the first one in
  // the lowest byte. The quotients are products with 2^20/100 and 2^10/10, rounded up, which are exact for so few
  // digits.
  const auto v = static_cast<uint64_t>(n);
  const uint64_t halves = v / 10'000 + ((v % 10'000) << 32);
  const uint64_t hundreds = ((halves * 10'486) >> 20) & 0x0000'007f'0000'007f;
  const uint64_t quarters = hundreds + ((halves - 100 * hundreds) << 16);
  const uint64_t tens = ((quarters * 103) >> 10) & 0x000f'000f'000f'000f;
  const uint64_t digits = tens + ((quarters - 10 * tens) << 8);
  const int zeros = std::countr_zero(digits) / 8;  // before the first digit that counts
  uint64_t text = (digits + 0x3030'3030'3030'3030) >> (8 * zeros);
  if constexpr (std::endian::native == std::endian::big) text = __builtin_bswap64(text);
  std::memcpy(to, &text, sizeof text);
  return to + 8 - zeros;
}
inline Str integer_text(char (&room)[20], int64_t n) noexcept {
  return {room, static_cast<size_t>(write_integer(room, n) - room)};
}

// The text of a number, where it lies.
class NumberText {
 public:
  explicit NumberText(int64_t n) noexcept : text_(integer_text(room_, n)) {}
  explicit NumberText(uint64_t n) noexcept : NumberText(static_cast<int64_t>(n)) {}  // at most INT64_MAX
  NumberText(const NumberText&) = delete;
  NumberText& operator=(const NumberText&) = delete;
  operator Str() const noexcept { return text_; }  // NOLINT(google-explicit-constructor): a text that lies here

 private:
  char room_[20];
  Str text_;
};

// 17 significant digits, as printf's "%.17g" writes them, in room for 32 characters; returns their end.
inline char* write_real(char* to, double d) noexcept {
  // Most are integers, and those are exact.
  constexpr double kExponentFrom = 1e17;
  if (d > -kExponentFrom && d < kExponentFrom) {
    const auto n = static_cast<int64_t>(d);
    if (static_cast<double>(n) == d && (n != 0 || !std::signbit(d))) return write_integer(to, n);
  }
  return std::to_chars(to, to + 32, d, std::chars_format::general, 17).ptr;
}

}  // namespace keel
