#include "plugins/types/zset/service.h"

#include "plugins/types/zset/bounds.h"
#include "plugins/types/zset/edit.h"

namespace zsets {
namespace {

keel_sorted_set table;  // written once, in setup()
const Plugin* owner = nullptr;

Ref ref_of(const keel_ref& from) noexcept {
  Ref r;
  *r.raw() = from;
  return r;
}

keel_status put(keel_ctx* ctx, keel_ref* ref, const keel_scored* item, uint32_t flags, uint32_t* what) noexcept {
  *what = KEEL_SORTED_SET_UNCHANGED;
  if (std::isnan(item->score)) return KEEL_E_ARG;
  Ref r = ref_of(*ref);
  const auto done = [&] { return *ref = *r.raw(), KEEL_OK; };
  KeyEdit set(Ctx(ctx), r, owner->type);
  const Str member = keel::view(item->member);
  const Edit::Found found = set.find(member);
  if (!found) {
    if ((flags & KEEL_SORTED_SET_THERE) != 0) return KEEL_OK;
    if (!set.add(member, item->score)) return done(), KEEL_E_MEMORY;
    *what = KEEL_SORTED_SET_ADDED;
    return done();
  }
  if ((flags & KEEL_SORTED_SET_NEW) != 0 || found.score == item->score) return KEEL_OK;
  if (!set.set_score(found, member, item->score)) return done(), KEEL_E_MEMORY;
  *what = KEEL_SORTED_SET_UPDATED;
  return done();
}

keel_status range(const keel_ref* ref, double min, double max, uint32_t without_max, keel_visit* visit) noexcept {
  const View set(*ref);
  const Ranks ranks = ScoreRange{min, max, false, without_max != 0}.in(set);
  keel_status status = KEEL_OK;
  set.each(ranks.from, ranks.size(), false, [&](Str member, const Score& score) {
    status = visit->item(visit, keel::str(member), keel_str{nullptr, 0}, score.value());
    return status == KEEL_OK;
  });
  return status;
}

keel_status store(keel_ctx* ctx, keel_ref* ref, const keel_scored* items, uint64_t n) noexcept {
  SortedSet* made = SortedSet::make();
  if (made == nullptr) return KEEL_E_MEMORY;
  keel_status status = KEEL_OK;
  for (uint64_t i = 0; i < n && status == KEEL_OK; ++i) {
    const Str member = keel::view(items[i].member);
    if (std::isnan(items[i].score) || made->find(member) != nullptr)
      status = KEEL_E_ARG;
    else if (Member* m = made->gather(member); m != nullptr)
      m->score = items[i].score;
    else
      status = KEEL_E_MEMORY;
  }
  if (status == KEEL_OK && !made->arrange()) status = KEEL_E_MEMORY;
  if (status != KEEL_OK) return SortedSet::destroy(made), status;
  OwnEdit result(*owner->core);
  Ref r = ref_of(*ref);
  result.take(made);
  if (!result.make_small() || !result.put(Ctx(ctx), r, owner->type)) return KEEL_E_MEMORY;
  *ref = *r.raw();
  return KEEL_OK;
}

}  // namespace

const keel_sorted_set& service(const Plugin& plugin) noexcept {
  owner = &plugin;
  table = {{sizeof table, 0}, plugin.type, 0, put, range, store};
  return table;
}

}  // namespace zsets
