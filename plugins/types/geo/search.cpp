// GEOSEARCH, GEOSEARCHSTORE, and the older GEORADIUS and GEORADIUSBYMEMBER with their forms that only read.
#include <algorithm>
#include <string>
#include <vector>

#include "plugins/types/geo/commands.h"
#include "plugins/types/geo/query.h"

namespace geo {
namespace {

struct Found {
  std::string member;  // a copy: what the sorted set shows is valid for the moment only
  double score;
  double metres;
  Point point;
};

// The places in the area, in the order of the cells; `most` = that many will do, 0 = all.
std::vector<Found> search(Ctx c, const Ref& r, const Area& area, uint64_t most) {
  struct Visit : keel_visit {
    const Area* area;
    std::vector<Found>* found;
    uint64_t most;
    bool failed;
  } visit{};
  std::vector<Found> found;
  visit.area = &area;
  visit.found = &found;
  visit.most = most;
  visit.item = [](keel_visit* v, keel_str member, keel_str, double score) noexcept -> keel_status {
    auto& self = *static_cast<Visit*>(v);
    const Point p = Cell::of_score(score).center();
    const auto metres = self.area->contains(p);
    if (!metres) return KEEL_OK;
    try {
      self.found->push_back({std::string(keel::view(member)), score, *metres, p});
    } catch (const std::bad_alloc&) {
      self.failed = true;
      return KEEL_E_MEMORY;
    }
    return self.most > 0 && self.found->size() >= self.most ? KEEL_FULL : KEEL_OK;
  };
  const std::array<Cell, 9> cells = cells_of(area);
  size_t last = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    const Cell& cell = cells[i];
    if (cell.steps == 0) continue;
    // Of a big area, neighbours may be the same cell, side by side in this order.
    if (last > 0 && cell == cells[last]) continue;
    last = i;
    const keel_status status = plugin(c).sets->range(r.raw(), cell.score(), cell.score_behind(), 1, &visit);
    if (visit.failed) throw std::bad_alloc();
    if (status != KEEL_OK) break;
  }
  return found;
}

// Cuts to the ones that are wanted, in the order that is wanted.
void arrange(std::vector<Found>& found, const Query& q) {
  if (q.sort == Sort::kNearest)
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.metres < b.metres; });
  if (q.sort == Sort::kFarthest)
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) { return a.metres > b.metres; });
  if (q.count > 0 && found.size() > q.count) found.resize(q.count);
}

keel_status reply(Ctx c, const std::vector<Found>& found, const Query& q) {
  const uint32_t options = uint32_t{q.with_distance} + uint32_t{q.with_hash} + uint32_t{q.with_point};
  c.array(found.size());
  for (const Found& f : found) {
    if (options > 0) c.array(options + 1);
    c.bulk(f.member);
    if (q.with_distance) reply_distance(c, f.metres / q.area.unit);
    if (q.with_hash) c.integer(static_cast<int64_t>(f.score));
    if (q.with_point) reply_point(c, f.point);
  }
  return KEEL_OK;
}

keel_status store(Ctx c, uint32_t key, const std::vector<Found>& found, const Query& q, uint32_t event) {
  const Plugin& self = plugin(c);
  Ref r = c.write(key);
  if (found.empty()) {
    if (r) {
      c.erase(r);
      c.commit(r, self.events.del);
    }
    return c.integer(0);
  }
  std::vector<keel_scored> places;
  places.reserve(found.size());
  for (const Found& f : found)
    places.push_back({keel::str(f.member), q.store_distance ? f.metres / q.area.unit : f.score});
  r.expire_ms(-1);
  if (self.sets->store(c.raw(), r.raw(), places.data(), places.size()) != KEEL_OK) return c.out_of_memory();
  c.commit(r, event, 0, 0, static_cast<uint32_t>(std::min<size_t>(found.size(), UINT32_MAX)));
  return c.integer(static_cast<int64_t>(found.size()));
}

keel_status run(Ctx c, const Form& form) {
  const Ref r = c.read(form.stores ? 1 : 0);
  if (!is_sorted_set(c, r)) return c.wrong_type();
  const auto q = parse_query(c, form, r);
  if (!q) return KEEL_OK;
  std::vector<Found> found;
  if (r) found = search(c, r, q->area, q->any ? q->count : 0);
  arrange(found, *q);
  if (!q->store) return reply(c, found, *q);
  const Plugin::Events& events = plugin(c).events;
  return form.stores ? store(c, 0, found, *q, events.geosearchstore) : store(c, 1, found, *q, events.georadiusstore);
}

}  // namespace

keel_status georadius(Ctx c) {
  return run(c, {.from = Form::From::kPoint, .may_store = true, .stores = false, .key = 1});
}
keel_status georadius_ro(Ctx c) {
  return run(c, {.from = Form::From::kPoint, .may_store = false, .stores = false, .key = 1});
}
keel_status georadiusbymember(Ctx c) {
  return run(c, {.from = Form::From::kMember, .may_store = true, .stores = false, .key = 1});
}
keel_status georadiusbymember_ro(Ctx c) {
  return run(c, {.from = Form::From::kMember, .may_store = false, .stores = false, .key = 1});
}
keel_status geosearch(Ctx c) {
  return run(c, {.from = Form::From::kWords, .may_store = false, .stores = false, .key = 1});
}
keel_status geosearchstore(Ctx c) {
  return run(c, {.from = Form::From::kWords, .may_store = false, .stores = true, .key = 2});
}

// The last STORE or STOREDIST counts.
uint32_t georadius_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  uint32_t stored = 0;
  for (uint32_t i = 5; i + 1 < argc; ++i) {
    const Str word = keel::view(argv[i]);
    if (keel::same_word(word, "STORE") || keel::same_word(word, "STOREDIST")) stored = ++i;
  }
  if (cap > 0) out[0] = {1, KEEL_KEY_RO | KEEL_KEY_ACCESS, 0};
  if (cap > 1 && stored > 0) out[1] = {stored, KEEL_KEY_OW | KEEL_KEY_UPDATE, 0};
  return stored > 0 ? 2 : 1;
}

}  // namespace geo
