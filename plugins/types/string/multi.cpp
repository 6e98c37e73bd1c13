// Several keys at once: MGET, MSET, MSETNX.
#include "plugins/types/string/commands.h"

namespace strings {
namespace {

// Key k of MSET is word 2k + 1, its value the word behind it.
keel_status store_all(Ctx c) noexcept {
  for (uint32_t k = 0; k < c.keys(); ++k) {
    Ref v = c.write(k);
    v.expire_ms(-1);
    if (const keel_status s = store(c, v, 2 * k + 2); s != KEEL_OK) return s;
    c.commit(v, plugin(c).events.set);
  }
  return KEEL_OK;
}

bool has_pairs(Ctx c) noexcept {
  return c.argc() % 2 == 1;
}

}  // namespace

keel_status mget(Ctx c) noexcept {
  const uint16_t type = plugin(c).type;
  c.array(c.keys());
  for (uint32_t k = 0; k < c.keys(); ++k) {
    const Ref v = c.read(k);
    v&& v.is(type) ? c.value(v) : c.null();
  }
  return KEEL_OK;
}

keel_status mset(Ctx c) noexcept {
  if (!has_pairs(c)) return c.error("ERR wrong number of arguments for 'mset' command");
  return store_all(c) == KEEL_OK ? c.ok() : c.out_of_memory();
}

keel_status msetnx(Ctx c) noexcept {
  if (!has_pairs(c)) return c.error("ERR wrong number of arguments for 'msetnx' command");
  for (uint32_t k = 0; k < c.keys(); ++k)
    if (c.write(k)) return c.integer(0);
  return store_all(c) == KEEL_OK ? c.integer(1) : c.out_of_memory();
}

}  // namespace strings
