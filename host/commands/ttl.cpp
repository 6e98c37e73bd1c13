// TTL, PTTL, EXPIRETIME and PEXPIRETIME.
#include <algorithm>

#include "host/commands/docs.h"
#include "host/commands/expire_time.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

template <TimeUnit kUnit, bool kAbsolute>
keel_status lifetime(Ctx c) {
  constexpr int64_t kAbsent = -2, kForever = -1;
  const Entry* e = look_at(c, 0);
  if (e == nullptr) return c.integer(kAbsent);
  if (!e->has_expiry()) return c.integer(kForever);
  const int64_t ms = kAbsolute ? e->expire_ms() : std::max<int64_t>(e->expire_ms() - c.now_ms(), 0);
  return c.integer(kUnit == TimeUnit::kSeconds ? to_seconds(ms) : ms);
}

constexpr auto kSeconds = TimeUnit::kSeconds;
constexpr auto kMilliseconds = TimeUnit::kMilliseconds;

constexpr keel_keyspec kReads[] = {one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr Spec kSpec = words(2, kFastReading);
constexpr keel_command kRows[] = {
    command("TTL", handler<lifetime<kSeconds, false>>, kSpec, kReads, &docs::ttl),
    command("PTTL", handler<lifetime<kMilliseconds, false>>, kSpec, kReads, &docs::pttl),
    command("EXPIRETIME", handler<lifetime<kSeconds, true>>, kSpec, kReads, &docs::expiretime),
    command("PEXPIRETIME", handler<lifetime<kMilliseconds, true>>, kSpec, kReads, &docs::pexpiretime),
};

}  // namespace

Rows ttl_rows() {
  return kRows;
}

}  // namespace keel::commands
