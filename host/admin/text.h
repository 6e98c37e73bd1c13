// host/admin/text.h - numbers and lines put into a growing text.
#pragma once
#include <charconv>
#include <concepts>
#include <cstdio>
#include <string>
#include <string_view>

namespace keel::admin {

inline void append(std::string& to, std::string_view text) {
  to.append(text);
}
template <std::integral T>
void append(std::string& to, T n) {
  char digits[24];
  to.append(digits, std::to_chars(digits, digits + sizeof digits, n).ptr);
}
// With that many digits behind the point.
inline void append_fixed(std::string& to, double d, int digits) {
  char b[360];
  const int n = std::snprintf(b, sizeof b, "%.*f", digits, d);
  to.append(b, n > 0 ? static_cast<size_t>(n) : 0);
}
inline std::string fixed(double d, int digits) {
  std::string out;
  append_fixed(out, d, digits);
  return out;
}
// Bytes for a human: "0B", "1023B", "1.50K", "23.54G".
std::string human_bytes(uint64_t n);

}  // namespace keel::admin
