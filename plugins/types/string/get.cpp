// GET, and the two that also take the key or its expiry away.
#include "plugins/types/string/commands.h"
#include "plugins/types/string/options.h"

namespace strings {
namespace {

// Deleting a key and what the change log gets for it.
keel_status remove(Ctx c) noexcept {
  Ref v = c.write();
  if (!v) return KEEL_OK;
  c.erase(v);
  c.commit(v, plugin(c).events.del);
  if (c.logged()) c.propagate(Str{"DEL"}, c.key(0));
  return KEEL_OK;
}

// A moment in the past deletes the key, except where the primary or a log will say so itself.
bool is_past(Ctx c, Lifetime lifetime, int64_t at_ms) noexcept {
  return absolute(lifetime) && at_ms <= c.now_ms() && (c.raw()->flags & (KEEL_CTX_LOADING | KEEL_CTX_REPLAY)) == 0;
}

keel_status expire(Ctx c, int64_t at_ms) noexcept {
  Ref v = c.write();
  c.expire(v, at_ms);
  c.commit(v, plugin(c).events.expire);
  if (c.logged()) c.propagate(Str{"PEXPIREAT"}, c.key(0), Str{keel::NumberText(at_ms)});
  return KEEL_OK;
}

keel_status persist(Ctx c) noexcept {
  Ref v = c.write();
  if (v.expire_ms() == -1) return KEEL_OK;
  c.expire(v, -1);
  c.commit(v, plugin(c).events.persist);
  if (c.logged()) c.propagate(Str{"PERSIST"}, c.key(0));
  return KEEL_OK;
}

}  // namespace

keel_status get(Ctx c) noexcept {
  const Ref v = c.read();
  if (!v) return c.null();
  if (!v.is(plugin(c).type)) return c.wrong_type();
  return c.value(v);
}

keel_status getdel(Ctx c) noexcept {
  const Ref v = c.read();
  if (!v) return c.null();
  if (!v.is(plugin(c).type)) return c.wrong_type();
  c.value(v);
  return remove(c);
}

keel_status getex(Ctx c) noexcept {
  LifetimeOption lifetime;
  keel::Args args(c, 2);
  while (args.more())
    if (!lifetime.take(args, Lifetime::kPersist)) args.unknown();
  if (!args.ok()) return args.reply();

  const Ref v = c.read();
  if (!v) return c.null();
  if (!v.is(plugin(c).type)) return c.wrong_type();
  std::optional<int64_t> at;
  if (lifetime.is_timed() && !(at = lifetime.deadline(c, "getex"))) return KEEL_OK;

  c.value(v);
  if (at) return is_past(c, lifetime.kind(), *at) ? remove(c) : expire(c, *at);
  return lifetime.kind() == Lifetime::kPersist ? persist(c) : KEEL_OK;
}

}  // namespace strings
