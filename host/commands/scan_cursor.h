// host/commands/scan_cursor.h - the cursor of SCAN as clients may write it.
#pragma once
#include <charconv>
#include <cstdint>
#include <optional>

#include "keel/cpp/text.hpp"

namespace keel::commands {

// Decimal, below 2^64.  What Redis' clients have got away with stays allowed: nothing at all is 0, a sign may stand in
// front, and a negative number wraps.
inline std::optional<uint64_t> parse_cursor(Str s) noexcept {
  if (s.empty()) return 0;
  const bool negative = s[0] == '-';
  if (negative || s[0] == '+') s.remove_prefix(1);
  uint64_t n = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), n);
  if (error != std::errc{} || end != s.data() + s.size()) return std::nullopt;
  return negative ? 0 - n : n;
}

}  // namespace keel::commands
