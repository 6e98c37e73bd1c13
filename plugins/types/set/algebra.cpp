// Several sets: SINTER, SUNION, SDIFF, their forms that store, and SINTERCARD.
#include <algorithm>
#include <vector>

#include "plugins/types/set/batch.h"
#include "plugins/types/set/commands.h"
#include "plugins/types/set/edit.h"

namespace sets {
namespace {

// The sets under keys `from` and on; a key that is absent is an empty one.  Empty-handed when a key holds something
// else: then the reply says so.
std::optional<std::vector<View>> read_sets(Ctx c, uint32_t from) {
  std::vector<View> sets;
  sets.reserve(c.keys() - from);
  for (uint32_t k = from; k < c.keys(); ++k) {
    const Ref r = c.read(k);
    if (r && !r.is(plugin(c).type)) {
      c.wrong_type();
      return std::nullopt;
    }
    sets.emplace_back(r);
  }
  return sets;
}

// f(Str) for each member that all sets have, until it returns false.
template <class F>
void intersect(std::vector<View>& sets, F f) {
  std::sort(sets.begin(), sets.end(), [](const View& a, const View& b) { return a.size() < b.size(); });
  if (sets.front().size() == 0) return;
  through(
      sets.front(),
      [&sets](Batch& batch) {
        for (size_t i = 1; i < sets.size() && batch.size() > 0; ++i) batch.keep(sets[i], true);
      },
      f);
}

bool add_all(OwnEdit& to, const View& from) noexcept {
  bool whole = true;
  from.each([&](Str member) { return whole = to.add(member) != Added::kNoMemory; });
  return whole;
}

// The members of all sets; false = out of memory.
bool unite(const std::vector<View>& sets, OwnEdit& to) noexcept {
  const auto biggest =
      std::max_element(sets.begin(), sets.end(), [](const View& a, const View& b) { return a.size() < b.size(); });
  // A big table is copied block by block.  Of a small one, all members may be integers and make an intset.
  const bool copies = biggest->table() != nullptr && biggest->size() > std::max<uint64_t>(most_intset_entries, 512);
  if (copies && !to.copy(*biggest->table())) return false;
  for (auto set = sets.begin(); set != sets.end(); ++set)
    if (!(copies && set == biggest) && !add_all(to, *set)) return false;
  return true;
}

// Makes those sets fewer that are taken away from the first one: many small ones are cheaper to look into when they are
// one, which `united` holds.  False = out of memory.
bool gather_others(std::vector<View>& sets, OwnEdit& united) {
  sets.erase(std::remove_if(sets.begin() + 1, sets.end(), [](const View& set) { return set.size() == 0; }), sets.end());
  uint64_t members = 0;
  for (size_t i = 1; i < sets.size(); ++i) members += sets[i].size();
  if (sets.size() <= 3 || members > sets.front().size()) return true;
  const std::vector<View> others(sets.begin() + 1, sets.end());
  if (!unite(others, united)) return false;
  sets.resize(1);
  sets.push_back(united.view());
  return true;
}

// f(Str) for each member of the first set that no other has, until it returns false.
template <class F>
void subtract(const std::vector<View>& sets, F f) {
  through(
      sets.front(),
      [&sets](Batch& batch) {
        for (size_t i = 1; i < sets.size() && batch.size() > 0; ++i) batch.keep(sets[i], false);
      },
      f);
}

// Puts the result under key 0 and says how many there are; an empty one removes the key.
keel_status store(Ctx c, OwnEdit& result, uint32_t event) noexcept {
  const uint64_t n = result.size();
  Ref r = c.write(0);
  if (n == 0) {
    if (r) {
      c.erase(r);
      c.commit(r, plugin(c).events.del);
    }
    return c.integer(0);
  }
  r.expire_ms(-1);
  if (!result.put(c, r)) return c.out_of_memory();
  c.commit(r, event);
  return c.integer(static_cast<int64_t>(n));
}

keel_status reply_members(Ctx c, const View& set) noexcept {
  c.set(set.size());
  set.each([&c](Str member) { c.bulk(member); });
  return KEEL_OK;
}

// A set as reply, one by one: each(f) calls f(Str).
template <class Each>
keel_status reply_each(Ctx c, Each each) {
  keel::OpenArray members(c);
  uint64_t n = 0;
  each([&](Str member) {
    c.bulk(member);
    ++n;
    return true;
  });
  members.close(n, KEEL_SET);
  return KEEL_OK;
}

}  // namespace

keel_status sinter(Ctx c) {
  auto sets = read_sets(c, 0);
  if (!sets) return KEEL_OK;
  return reply_each(c, [&](auto f) { intersect(*sets, f); });
}

keel_status sinterstore(Ctx c) {
  auto sets = read_sets(c, 1);
  if (!sets) return KEEL_OK;
  OwnEdit result(*plugin(c).core);
  bool memory = true;
  intersect(*sets, [&](Str member) { return memory = result.add(member) != Added::kNoMemory; });
  return memory ? store(c, result, plugin(c).events.sinterstore) : c.out_of_memory();
}

keel_status sintercard(Ctx c) {
  const auto count = keel::parse_integer(c.arg(1));
  if (!count || *count < 1) return c.error("ERR numkeys should be greater than 0");
  if (*count > int64_t{c.argc()} - 2) return c.error("ERR Number of keys can't be greater than number of args");
  keel::Args args(c, 2 + static_cast<uint32_t>(*count));
  int64_t limit = 0;
  while (args.more()) {
    if (args.take_with_value("LIMIT"))
      limit = args.integer_between(0, INT64_MAX, "ERR LIMIT can't be negative");
    else
      args.unknown();
  }
  if (!args.ok()) return args.reply();
  auto sets = read_sets(c, 0);
  if (!sets) return KEEL_OK;
  int64_t n = 0;
  intersect(*sets, [&](Str) { return ++n != limit; });
  return c.integer(n);
}

keel_status sunion(Ctx c) {
  const auto sets = read_sets(c, 0);
  if (!sets) return KEEL_OK;
  if (sets->size() == 1) return reply_members(c, sets->front());
  OwnEdit result(*plugin(c).core);
  return unite(*sets, result) ? reply_members(c, result.view()) : c.out_of_memory();
}

keel_status sunionstore(Ctx c) {
  const auto sets = read_sets(c, 1);
  if (!sets) return KEEL_OK;
  OwnEdit result(*plugin(c).core);
  return unite(*sets, result) ? store(c, result, plugin(c).events.sunionstore) : c.out_of_memory();
}

keel_status sdiff(Ctx c) {
  auto sets = read_sets(c, 0);
  if (!sets) return KEEL_OK;
  OwnEdit united(*plugin(c).core);
  if (!gather_others(*sets, united)) return c.out_of_memory();
  return reply_each(c, [&](auto f) { subtract(*sets, f); });
}

keel_status sdiffstore(Ctx c) {
  auto sets = read_sets(c, 1);
  if (!sets) return KEEL_OK;
  OwnEdit united(*plugin(c).core), result(*plugin(c).core);
  bool memory = gather_others(*sets, united);
  if (memory) subtract(*sets, [&](Str member) { return memory = result.add(member) != Added::kNoMemory; });
  return memory ? store(c, result, plugin(c).events.sdiffstore) : c.out_of_memory();
}

}  // namespace sets
