// HINCRBY, HINCRBYFLOAT: the expiry of the field stays.
#include <cmath>

#include "plugins/types/common/decimal.h"
#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/edit.h"

namespace hashes {

keel_status hincrby(Ctx c) {
  const auto increment = keel::parse_integer(c.arg(3));
  if (!increment) return c.error(keel::kNotInteger);
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (r && !r.is(p.type)) return c.wrong_type();
  KeyEdit hash(c, r);
  Room room;
  int64_t n = 0, expire_ms = kNoExpiry;
  if (const auto old = hash.view().find(c.arg(2), room)) {
    expire_ms = old->expire_ms;
    const auto number = keel::parse_integer(old->value);
    if (!number) return c.error("ERR hash value is not an integer");
    n = *number;
  }
  if (__builtin_add_overflow(n, *increment, &n)) return c.error("ERR increment or decrement would overflow");
  if (hash.put(c.arg(2), keel::NumberText(n), expire_ms) == Added::kNoMemory) return c.out_of_memory();
  c.commit(r, p.events.hincrby);
  return c.integer(n);
}

keel_status hincrbyfloat(Ctx c) {
  const auto increment = types::parse_decimal(c.arg(3));
  if (!increment) return c.error("ERR value is not a valid float");
  if (std::isinf(*increment)) return c.error("ERR value is NaN or Infinity");
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (r && !r.is(p.type)) return c.wrong_type();
  KeyEdit hash(c, r);
  Room room;
  long double n = 0;
  int64_t expire_ms = kNoExpiry;
  if (const auto old = hash.view().find(c.arg(2), room)) {
    expire_ms = old->expire_ms;
    const auto number = types::parse_decimal(old->value);
    if (!number) return c.error("ERR hash value is not a float");
    n = *number;
  }
  n += *increment;
  if (std::isnan(n) || std::isinf(n)) return c.error("ERR increment would produce NaN or Infinity");
  char digits[types::kDecimalRoom];
  const Str now = types::write_decimal(n, digits);
  if (hash.put(c.arg(2), now, expire_ms) == Added::kNoMemory) return c.out_of_memory();
  c.commit(r, p.events.hincrbyfloat);
  // Whoever replays it need not add as this machine does. HSET would take the expiry away.
  if (c.logged() && expire_ms < 0) c.propagate(Str{"HSET"}, c.key(0), c.arg(2), now);
  if (c.logged() && expire_ms >= 0)
    c.propagate(Str{"HSETEX"}, c.key(0), Str{"KEEPTTL"}, Str{"FIELDS"}, Str{"1"}, c.arg(2), now);
  return c.bulk(now);
}

}  // namespace hashes
