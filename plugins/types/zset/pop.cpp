// ZPOPMIN, ZPOPMAX, BZPOPMIN, BZPOPMAX.
#include "plugins/types/zset/pop.h"

#include <algorithm>

#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/reply.h"

namespace zsets {

First first_set(Ctx c, uint32_t from, uint32_t to, Ref& r, uint32_t& key) noexcept {
  for (key = from; key < to; ++key) {
    r = c.write(key);
    if (!r) continue;
    if (r.is(plugin(c).type)) return First::kFound;
    c.wrong_type();
    return First::kWrongType;
  }
  return First::kNone;
}

void commit_pop(Ctx c, Ref& r, Side side, uint64_t n, bool all) noexcept {
  const Events& events = plugin(c).events;
  c.commit(r, side == Side::kMin ? events.zpopmin : events.zpopmax, all ? events.del : 0, 0,
           static_cast<uint32_t>(std::min<uint64_t>(n, UINT32_MAX)));
}

void log_pop(Ctx c, Str key, Side side, uint64_t n) noexcept {
  if (!c.logged()) return;
  const Str name = side == Side::kMin ? "ZPOPMIN" : "ZPOPMAX";
  if (n == 0) return c.propagate(name, key);
  c.propagate(name, key, Str{keel::NumberText(n)});
}

namespace {

// Members and scores one after the other; with a count, pairs in RESP3.
struct PopReply {
  Ctx c;
  bool nested;
  void open(uint64_t n) noexcept { c.array(nested ? n : 2 * n); }
  void operator()(Str member, const Score& score) noexcept {
    if (nested) c.array(2);
    c.bulk(member);
    c.real(score.value());
  }
};

// The key, the member and its score.
struct BlockingReply {
  Ctx c;
  Str key;
  void open(uint64_t) noexcept {
    c.array(3);
    c.bulk(key);
  }
  void operator()(Str member, const Score& score) noexcept {
    c.bulk(member);
    c.real(score.value());
  }
};

keel_status pop(Ctx c, Side side) {
  if (c.argc() > 3) return c.error(keel::kSyntax);
  const bool counted = c.argc() == 3;
  const auto count = counted ? keel::parse_integer(c.arg(2)) : std::optional<int64_t>{1};
  if (!count || *count < 0) return c.error("ERR value is out of range, must be positive");
  Ref r = c.write();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  const uint64_t n = std::min(static_cast<uint64_t>(*count), View(r).size());
  if (n == 0) return c.array(0), KEEL_OK;
  return take_out(c, r, side, n, PopReply{c, counted && c.resp3()}) ? KEEL_OK : c.out_of_memory();
}

keel_status blocking_pop(Ctx c, Side side) {
  const auto woken = keel::woken_by(c);
  const auto until = woken ? std::optional<int64_t>{0} : keel::deadline(c, c.argc() - 1);
  if (!until) return KEEL_OK;
  Ref r;
  uint32_t key = 0;
  const First found = first_set(c, woken.value_or(0), woken ? *woken + 1 : c.keys(), r, key);
  if (found == First::kNone) return keel::block(c, {.type = plugin(c).type, .deadline_ms = *until});
  if (found == First::kWrongType) return KEEL_OK;
  if (!take_out(c, r, side, 1, BlockingReply{c, c.key(key)})) return c.out_of_memory();
  log_pop(c, c.key(key), side, 0);
  return KEEL_OK;
}

}  // namespace

keel_status zpopmin(Ctx c) {
  return pop(c, Side::kMin);
}
keel_status zpopmax(Ctx c) {
  return pop(c, Side::kMax);
}
keel_status bzpopmin(Ctx c) {
  return blocking_pop(c, Side::kMin);
}
keel_status bzpopmax(Ctx c) {
  return blocking_pop(c, Side::kMax);
}

}  // namespace zsets
