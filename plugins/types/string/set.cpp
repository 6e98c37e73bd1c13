// SET and its older relatives.
#include "plugins/types/string/commands.h"
#include "plugins/types/string/options.h"

namespace strings {
namespace {

// SETEX and PSETEX: key, number, value.
keel_status set_until(Ctx c, Lifetime lifetime, Str command) noexcept {
  const auto at = deadline(c, lifetime, 2, command);
  if (!at) return KEEL_OK;
  Ref v = c.write();
  v.expire_ms(*at);
  if (store(c, v, 3) != KEEL_OK) return c.out_of_memory();
  c.commit(v, plugin(c).events.set, plugin(c).events.expire);
  if (c.logged()) log_set_until(c, c.arg(3), *at);
  return c.ok();
}

}  // namespace

keel_status set(Ctx c) noexcept {
  if (c.argc() > 3) return set_with_options(c);
  Ref v = c.write();
  v.expire_ms(-1);
  if (store(c, v, 2) != KEEL_OK) return c.out_of_memory();
  c.commit(v, plugin(c).events.set);
  return c.ok();
}

keel_status setnx(Ctx c) noexcept {
  Ref v = c.write();
  if (v) return c.integer(0);
  v.expire_ms(-1);
  if (store(c, v, 2) != KEEL_OK) return c.out_of_memory();
  c.commit(v, plugin(c).events.set);
  return c.integer(1);
}

keel_status setex(Ctx c) noexcept {
  return set_until(c, Lifetime::kSeconds, "setex");
}
keel_status psetex(Ctx c) noexcept {
  return set_until(c, Lifetime::kMilliseconds, "psetex");
}

keel_status getset(Ctx c) noexcept {
  if (!reply_old_value(c)) return KEEL_OK;
  Ref v = c.write();
  v.expire_ms(-1);
  if (store(c, v, 2) != KEEL_OK) return KEEL_E_MEMORY;
  c.commit(v, plugin(c).events.set);
  if (c.logged()) c.propagate(Str{"SET"}, c.key(0), c.arg(2));
  return KEEL_OK;
}

}  // namespace strings
