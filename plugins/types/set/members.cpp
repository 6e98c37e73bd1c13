// One set and members that the command names: SADD, SREM, SISMEMBER and their relatives.
#include "plugins/types/set/commands.h"
#include "plugins/types/set/edit.h"

namespace sets {

keel_status sadd(Ctx c) {
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (r && !r.is(p.type)) return c.wrong_type();
  KeyEdit set(c, r);
  uint32_t added = 0;
  bool memory = true;
  for (uint32_t i = 2; memory && i < c.argc(); ++i) {
    const Added one = set.add(c.arg(i));
    added += one == Added::kNew;
    memory = one != Added::kNoMemory;
  }
  if (added > 0) c.commit(r, p.events.sadd, 0, 0, added);
  return memory ? c.integer(added) : c.out_of_memory();
}

keel_status srem(Ctx c) {
  return types::remove_named<KeyEdit>(c, plugin(c).type, plugin(c).events.srem);
}

keel_status smove(Ctx c) {
  const Plugin& p = plugin(c);
  const Str member = c.arg(3);
  Ref from = c.write(0);
  Ref to = c.write(1);
  if (!from) return c.integer(0);
  if (!from.is(p.type) || (to && !to.is(p.type))) return c.wrong_type();
  KeyEdit source(c, from);
  if (!source.view().contains(member)) return c.integer(0);
  if (c.key(0) == c.key(1)) return c.integer(1);
  // Both steps that can lack memory come before the one that cannot.
  if (!source.own()) return c.out_of_memory();
  const Added added = KeyEdit(c, to).add(member);
  if (added == Added::kNoMemory) return c.out_of_memory();
  source.remove(member);
  c.commit(from, p.events.srem, 0, KEEL_CHANGE_ERASE_IF_EMPTY);
  if (added == Added::kNew) c.commit(to, p.events.sadd);
  return c.integer(1);
}

keel_status sismember(Ctx c) {
  const Ref r = c.read();
  if (!r) return c.integer(0);
  if (!r.is(plugin(c).type)) return c.wrong_type();
  return c.integer(View(r).contains(c.arg(2)) ? 1 : 0);
}

keel_status smismember(Ctx c) {
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View set(r);
  c.array(c.argc() - 2);
  for (uint32_t i = 2; i < c.argc(); ++i) c.integer(set.contains(c.arg(i)) ? 1 : 0);
  return KEEL_OK;
}

keel_status scard(Ctx c) {
  const Ref r = c.read();
  if (!r) return c.integer(0);
  if (!r.is(plugin(c).type)) return c.wrong_type();
  return c.integer(static_cast<int64_t>(View(r).size()));
}

keel_status smembers(Ctx c) {
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const View set(r);
  c.set(set.size());
  set.each([&c](Str member) { c.bulk(member); });
  return KEEL_OK;
}

}  // namespace sets
