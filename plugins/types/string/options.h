// plugins/types/string/options.h - options of SET and its relatives, and what handlers with options share.
#pragma once
#include <optional>

#include "plugins/types/string/expiry.h"
#include "plugins/types/string/value.h"

namespace strings {

// At most one kind of lifetime; the same kind may be said again, the last number holds.
class LifetimeOption {
 public:
  // Takes one option when the next word is one; `special` is the kind without a number that the command knows.
  bool take(keel::Args&, Lifetime special) noexcept;

  Lifetime kind() const noexcept { return kind_; }
  bool is_timed() const noexcept { return timed(kind_); }
  // The moment in Unix milliseconds; without one, the error reply is written.
  std::optional<int64_t> deadline(Ctx, Str command) const noexcept;

 private:
  Lifetime kind_ = Lifetime::kUnsaid;
  uint32_t number_ = 0;  // index in argv
};

// The moment that word `arg` of the command gives; without one, the error reply is written.
std::optional<int64_t> deadline(Ctx, Lifetime, uint32_t arg, Str command) noexcept;

// Replies with what key 0 holds; false when that is no string, and then the reply says so.
bool reply_old_value(Ctx) noexcept;

// What the change log gets for SET with a lifetime.
void log_set_until(Ctx, Str value, int64_t at_ms) noexcept;

// SET with more than three words; set_options.cpp.
keel_status set_with_options(Ctx) noexcept;

}  // namespace strings
