// How long fields last: HTTL HPTTL HEXPIRETIME HPEXPIRETIME.
#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/field_words.h"
#include "plugins/types/hash/view.h"

namespace hashes {
namespace {

// `unit` milliseconds are one of the reply, which counts from `base`.
keel_status reply_ends(Ctx c, int64_t unit, int64_t base) {
  constexpr int64_t kNoField = -2, kNone = -1;
  const Ref r = c.read();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const auto fields = field_words(c, 2, kNoFields);
  if (!fields) return KEEL_OK;
  const View hash(r, c.now_ms());
  c.array(fields->count);
  for (uint32_t word = fields->first; word < fields->first + fields->count; ++word) {
    Room room;
    const auto found = hash.find(c.arg(word), room);
    if (!found || found->expire_ms < 0)
      c.integer(found ? kNone : kNoField);
    else
      c.integer((found->expire_ms - base + unit - 1) / unit);
  }
  return KEEL_OK;
}

}  // namespace

keel_status httl(Ctx c) {
  return reply_ends(c, 1000, c.now_ms());
}
keel_status hpttl(Ctx c) {
  return reply_ends(c, 1, c.now_ms());
}
keel_status hexpiretime(Ctx c) {
  return reply_ends(c, 1000, 0);
}
keel_status hpexpiretime(Ctx c) {
  return reply_ends(c, 1, 0);
}

}  // namespace hashes
