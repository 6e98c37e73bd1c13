// Fields are set and go: HSET, HMSET, HSETNX, HDEL.
#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/edit.h"

namespace hashes {
namespace {

// Sets the fields of HSET and HMSET and counts the new ones; nothing = the reply says what is wrong.
std::optional<uint32_t> set_fields(Ctx c) {
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (r && !r.is(p.type)) return c.wrong_type(), std::nullopt;
  KeyEdit hash(c, r);
  uint32_t fresh = 0, done = 0;
  for (uint32_t i = 2; i + 1 < c.argc(); i += 2, ++done) {
    const Added added = hash.put(c.arg(i), c.arg(i + 1));
    if (added == Added::kNoMemory) break;
    fresh += added == Added::kNew;
  }
  if (done > 0) c.commit(r, p.events.hset, 0, 0, done);
  if (done < (c.argc() - 2) / 2) return c.out_of_memory(), std::nullopt;
  return fresh;
}

bool has_pairs(Ctx c) noexcept {
  return c.argc() % 2 == 0;
}

}  // namespace

keel_status hset(Ctx c) {
  if (!has_pairs(c)) return c.error("ERR wrong number of arguments for 'hset' command");
  const auto fresh = set_fields(c);
  return fresh ? c.integer(*fresh) : KEEL_OK;
}

keel_status hmset(Ctx c) {
  if (!has_pairs(c)) return c.error("ERR wrong number of arguments for 'hmset' command");
  return set_fields(c) ? c.ok() : KEEL_OK;
}

keel_status hsetnx(Ctx c) {
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (r && !r.is(p.type)) return c.wrong_type();
  KeyEdit hash(c, r);
  if (hash.view().contains(c.arg(2))) return c.integer(0);
  if (hash.put(c.arg(2), c.arg(3)) == Added::kNoMemory) return c.out_of_memory();
  c.commit(r, p.events.hset);
  return c.integer(1);
}

keel_status hdel(Ctx c) {
  return types::remove_named<KeyEdit>(c, plugin(c).type, plugin(c).events.hdel);
}

}  // namespace hashes
