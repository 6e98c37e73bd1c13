// plugins/types/zset/pop.h - taking out the lowest or highest members, which several commands do.
#pragma once
#include "plugins/types/zset/edit.h"

namespace zsets {

enum class Side : uint8_t { kMin, kMax };

// The first of the keys from .. to-1 that has a sorted set, which `r` and `key` are then; a key with something else
// before it ends the search, and the error reply is written.
enum class First : uint8_t { kNone, kFound, kWrongType };
First first_set(Ctx, uint32_t from, uint32_t to, Ref& r, uint32_t& key) noexcept;

// Takes out the n members at that side, n between 1 and the size, and commits: f(Str member, double score) for each,
// before it goes.  False = out of memory: nothing has happened.
template <class F>
bool take_out(Ctx, Ref&, Side, uint64_t n, F f);

// What has been taken out, for the change log: `ZPOPMIN key`, with a count unless n is 0.
void log_pop(Ctx, Str key, Side, uint64_t n) noexcept;

// Commits what take_out() has done.
void commit_pop(Ctx, Ref&, Side, uint64_t n, bool all) noexcept;

template <class F>
bool take_out(Ctx c, Ref& r, Side side, uint64_t n, F f) {
  KeyEdit edit(c, r);
  // From here on nothing fails, so that a reply that is begun is whole.
  if (r.rep() == KEEL_REP_BYTES && c.resize(r, r.bytes().size()) != KEEL_OK) return false;
  const View set(r);
  const uint64_t size = set.size();
  const bool down = side == Side::kMax;
  f.open(n);
  set.each(down ? size - 1 : 0, n, down, [&f](Str member, const Score& score) { return f(member, score), true; });
  if (n == size)
    c.erase(r);
  else
    edit.remove_range(down ? Ranks{size - n, size} : Ranks{0, n});
  commit_pop(c, r, side, n, n == size);
  return true;
}

}  // namespace zsets
