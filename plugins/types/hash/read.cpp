// Fields and values as they are: HGET, HMGET, HGETALL and their relatives.
#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/view.h"

namespace hashes {
namespace {

// reply(View) for the hash under the key, an empty one when there is none.
template <class F>
keel_status with_hash(Ctx c, F reply) {
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  return reply(View(r, c.now_ms()));
}

}  // namespace

keel_status hget(Ctx c) {
  return with_hash(c, [c](const View& hash) mutable {
    Room room;
    const auto found = hash.find(c.arg(2), room);
    return found ? c.bulk(found->value) : c.null();
  });
}

keel_status hmget(Ctx c) {
  return with_hash(c, [c](const View& hash) mutable {
    c.array(c.argc() - 2);
    for (uint32_t i = 2; i < c.argc(); ++i) {
      Room room;
      const auto found = hash.find(c.arg(i), room);
      found ? c.bulk(found->value) : c.null();
    }
    return KEEL_OK;
  });
}

keel_status hgetall(Ctx c) {
  return with_hash(c, [c](const View& hash) mutable {
    c.map(hash.count());
    hash.each([&c](Str field, Str value) {
      c.bulk(field);
      c.bulk(value);
      return true;
    });
    return KEEL_OK;
  });
}

keel_status hkeys(Ctx c) {
  return with_hash(c, [c](const View& hash) mutable {
    c.array(hash.count());
    hash.each([&c](Str field, Str) { return c.bulk(field) == KEEL_OK; });
    return KEEL_OK;
  });
}

keel_status hvals(Ctx c) {
  return with_hash(c, [c](const View& hash) mutable {
    c.array(hash.count());
    hash.each([&c](Str, Str value) { return c.bulk(value) == KEEL_OK; });
    return KEEL_OK;
  });
}

keel_status hexists(Ctx c) {
  return with_hash(c, [c](const View& hash) mutable { return c.integer(hash.contains(c.arg(2)) ? 1 : 0); });
}

keel_status hlen(Ctx c) {
  return with_hash(c, [c](const View& hash) mutable { return c.integer(static_cast<int64_t>(hash.size())); });
}

keel_status hstrlen(Ctx c) {
  return with_hash(c, [c](const View& hash) mutable {
    Room room;
    const auto found = hash.find(c.arg(2), room);
    return c.integer(found ? static_cast<int64_t>(found->value.size()) : 0);
  });
}

}  // namespace hashes
