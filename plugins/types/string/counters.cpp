// INCR and its relatives: the value stays inside the entry.
#include "plugins/types/string/commands.h"

namespace strings {
namespace {

keel_status add(Ctx c, int64_t increment) noexcept {
  const Plugin& p = plugin(c);
  Ref v = c.write();
  int64_t n = 0;
  if (v) {
    if (!v.is(p.type)) return c.wrong_type();
    const auto number = v.rep() == KEEL_REP_INT ? v.number() : keel::parse_integer(v.bytes());
    if (!number) return c.error(keel::kNotInteger);
    n = *number;
  }
  if (__builtin_add_overflow(n, increment, &n)) return c.error("ERR increment or decrement would overflow");
  if (c.put(v, p.type, kPlain, n) != KEEL_OK) return c.out_of_memory();
  c.commit(v, p.events.incrby);
  return c.integer(n);
}

}  // namespace

keel_status incr(Ctx c) noexcept {
  return add(c, 1);
}
keel_status decr(Ctx c) noexcept {
  return add(c, -1);
}

keel_status incrby(Ctx c) noexcept {
  const auto increment = keel::parse_integer(c.arg(2));
  return increment ? add(c, *increment) : c.error(keel::kNotInteger);
}

keel_status decrby(Ctx c) noexcept {
  const auto decrement = keel::parse_integer(c.arg(2));
  if (!decrement) return c.error(keel::kNotInteger);
  if (*decrement == INT64_MIN) return c.error("ERR decrement would overflow");
  return add(c, -*decrement);
}

}  // namespace strings
