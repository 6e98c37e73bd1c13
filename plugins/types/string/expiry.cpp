#include "plugins/types/string/expiry.h"

namespace strings {

std::optional<int64_t> deadline_ms(Lifetime lifetime, int64_t number, int64_t now_ms) noexcept {
  if (number <= 0) return std::nullopt;
  const bool in_seconds = lifetime == Lifetime::kSeconds || lifetime == Lifetime::kUnixSeconds;
  int64_t at = number;
  if (in_seconds && __builtin_mul_overflow(at, int64_t{1000}, &at)) return std::nullopt;
  if (!absolute(lifetime) && __builtin_add_overflow(at, now_ms, &at)) return std::nullopt;
  return at;
}

}  // namespace strings
