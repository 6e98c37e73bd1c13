// plugins/types/string/expiry.h - how long a value shall live, as the words EX PX EXAT PXAT KEEPTTL PERSIST say.
#pragma once
#include <cstdint>
#include <optional>

namespace strings {

enum class Lifetime : uint8_t {
  kUnsaid,
  kSeconds,           // EX, SETEX
  kMilliseconds,      // PX, PSETEX
  kUnixSeconds,       // EXAT
  kUnixMilliseconds,  // PXAT
  kKeep,              // KEEPTTL
  kPersist            // PERSIST
};

// Is it a span or a moment, and so comes with a number?
constexpr bool timed(Lifetime l) noexcept {
  return l >= Lifetime::kSeconds && l <= Lifetime::kUnixMilliseconds;
}
constexpr bool absolute(Lifetime l) noexcept {
  return l == Lifetime::kUnixSeconds || l == Lifetime::kUnixMilliseconds;
}

// The moment in Unix milliseconds; nothing when the number is not positive or the moment is out of range.
std::optional<int64_t> deadline_ms(Lifetime, int64_t number, int64_t now_ms) noexcept;

}  // namespace strings
