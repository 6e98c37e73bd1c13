// keel/cpp/scan.hpp - the words of SCAN and its relatives: the cursor, MATCH and COUNT.
#pragma once
#include <charconv>
#include <cstdint>
#include <optional>

#include "keel/cpp/args.hpp"
#include "keel/cpp/glob.hpp"

namespace keel {

inline constexpr Str kInvalidCursor = "ERR invalid cursor";

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

struct ScanWords {
  Str pattern = "*";
  uint64_t count = 10;  // at least 1

  // Takes the next word when it is one of these, with its value.
  bool take(Args& args) noexcept {
    if (args.take_with_value("MATCH")) {
      pattern = args.text();
    } else if (args.take_with_value("COUNT")) {
      const int64_t n = args.integer();
      if (n < 1) args.unknown();
      count = static_cast<uint64_t>(n);
    } else {
      return false;
    }
    return true;
  }
};

}  // namespace keel
