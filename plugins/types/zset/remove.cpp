// Members go: ZREM, ZREMRANGEBYRANK, ZREMRANGEBYSCORE, ZREMRANGEBYLEX.
#include <algorithm>

#include "plugins/types/zset/bounds.h"
#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/edit.h"

namespace zsets {
namespace {

// Takes out the members of the ranks that `choose` names.
template <class F>
keel_status remove_ranks(Ctx c, uint32_t event, F choose) {
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (!r) return c.integer(0);
  if (!r.is(p.type)) return c.wrong_type();
  const View set(r);
  const Ranks ranks = choose(set);
  const uint64_t n = ranks.size();
  if (n == 0) return c.integer(0);
  const auto count = static_cast<uint32_t>(std::min<uint64_t>(n, UINT32_MAX));
  if (n == set.size()) {  // at once, by a worker when it is big
    c.erase(r);
    c.commit(r, event, p.events.del, 0, count);
    return c.integer(static_cast<int64_t>(n));
  }
  KeyEdit edit(c, r);
  if (!edit.remove_range(ranks)) return c.out_of_memory();
  c.commit(r, event, 0, 0, count);
  return c.integer(static_cast<int64_t>(n));
}

}  // namespace

keel_status zrem(Ctx c) {
  return types::remove_named<KeyEdit>(c, plugin(c).type, plugin(c).events.zrem);
}

keel_status zremrangebyrank(Ctx c) {
  const auto start = keel::parse_integer(c.arg(2)), stop = keel::parse_integer(c.arg(3));
  if (!start || !stop) return c.error(keel::kNotInteger);
  return remove_ranks(c, plugin(c).events.zremrangebyrank,
                      [&](const View& set) { return ranks_between(*start, *stop, set.size()); });
}

keel_status zremrangebyscore(Ctx c) {
  const auto range = ScoreRange::parse(c.arg(2), c.arg(3));
  if (!range) return c.error(kNotScoreRange);
  return remove_ranks(c, plugin(c).events.zremrangebyscore, [&](const View& set) { return range->in(set); });
}

keel_status zremrangebylex(Ctx c) {
  const auto range = TextRange::parse(c.arg(2), c.arg(3));
  if (!range) return c.error(kNotTextRange);
  return remove_ranks(c, plugin(c).events.zremrangebylex, [&](const View& set) { return range->in(set); });
}

}  // namespace zsets
