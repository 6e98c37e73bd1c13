// host/commands/expire_time.h - the moment that EXPIRE and its kin set, and the conditions under which they set it.
#pragma once
#include <cstdint>
#include <optional>

namespace keel::commands {

enum class TimeUnit : uint8_t { kSeconds, kMilliseconds };

// The number of a command as Unix milliseconds; `base_ms` is now for a span, 0 for a moment. A number below zero is a
// moment in the past; nothing = beyond what 64 bits hold.
constexpr std::optional<int64_t> moment_ms(int64_t number, TimeUnit unit, int64_t base_ms) noexcept {
  if (unit == TimeUnit::kSeconds && __builtin_mul_overflow(number, int64_t{1000}, &number)) return std::nullopt;
  if (__builtin_add_overflow(number, base_ms, &number)) return std::nullopt;
  return number;
}

// NX, XX, GT, LT.
struct ExpireCondition {
  bool nx = false, xx = false, gt = false, lt = false;

  // present_ms: the expiry that the key has; -1 = none, which counts as one that never comes.
  constexpr bool holds(int64_t present_ms, int64_t next_ms) const noexcept {
    const bool expires = present_ms != -1;
    if (nx && expires) return false;
    if (xx && !expires) return false;
    if (gt && (!expires || next_ms <= present_ms)) return false;
    if (lt && expires && next_ms >= present_ms) return false;
    return true;
  }
};

// What is left of a time to live, or a moment, in seconds: to the nearest.
constexpr int64_t to_seconds(int64_t ms) noexcept {
  return ms / 1000 + (ms % 1000 >= 500 ? 1 : 0);
}

}  // namespace keel::commands
