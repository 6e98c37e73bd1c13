// GEOADD key [NX | XX] [CH] longitude latitude member [longitude latitude member ...].
#include <vector>

#include "plugins/types/geo/commands.h"

namespace geo {

keel_status geoadd(Ctx c) {
  bool nx = false, xx = false, changes = false;
  keel::Args args(c, 2);
  while (args.take("NX") ? (nx = true) : args.take("XX") ? (xx = true) : args.take("CH") && (changes = true)) {
  }
  const uint32_t first = args.position(), words = c.argc() - first;
  if (words % 3 != 0 || words == 0 || (nx && xx)) return c.error(keel::kSyntax);
  std::vector<keel_scored> places;
  places.reserve(words / 3);
  for (uint32_t i = first; i < c.argc(); i += 3) {
    const auto p = parse_point(c, i);
    if (!p) return KEEL_OK;
    places.push_back({keel::str(c.arg(i + 2)), Cell::of(*p, kMostSteps).score()});
  }

  const Plugin& self = plugin(c);
  Ref r = c.write();
  if (!is_sorted_set(c, r)) return c.wrong_type();
  const uint32_t flags = (nx ? uint32_t{KEEL_SORTED_SET_NEW} : 0) | (xx ? uint32_t{KEEL_SORTED_SET_THERE} : 0);
  uint32_t added = 0, updated = 0;
  bool memory = true;
  for (const keel_scored& place : places) {
    uint32_t what = KEEL_SORTED_SET_UNCHANGED;
    memory = self.sets->put(c.raw(), r.raw(), &place, flags, &what) == KEEL_OK;
    if (!memory) break;
    added += what == KEEL_SORTED_SET_ADDED;
    updated += what == KEEL_SORTED_SET_UPDATED;
  }
  if (added + updated > 0) c.commit(r, self.events.zadd, 0, 0, added + updated);
  if (!memory) return c.out_of_memory();
  return c.integer(changes ? added + updated : added);
}

}  // namespace geo
