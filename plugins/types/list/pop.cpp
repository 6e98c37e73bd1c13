// LPOP, RPOP, BLPOP, BRPOP, and what other commands that take elements out have in common with them.
#include "plugins/types/list/pop.h"

#include <algorithm>

#include "plugins/types/list/commands.h"
#include "plugins/types/list/reply.h"

namespace lists {
namespace {

constexpr Str pop_name(Side side) noexcept {
  return side == Side::kFront ? "LPOP" : "RPOP";
}
// Where the elements lie that are taken out.
uint64_t first_of(const Ref& r, Side side, uint64_t n) noexcept {
  return side == Side::kFront ? 0 : length(*r.raw()) - n;
}

}  // namespace

bool ready_to_take_out(Ctx c, Ref& r, Side side, uint64_t n) noexcept {
  return ready_to_erase(c, r, first_of(r, side, n), n);
}

void take_out(Ctx c, Ref& r, Side side, uint64_t n) noexcept {
  const Events& events = plugin(c).events;
  const bool all = n == length(*r.raw());
  if (all)
    c.erase(r);
  else
    erase(c, r, first_of(r, side, n), n);
  c.commit(r, events.pop(side), all ? events.del : 0, 0, static_cast<uint32_t>(std::min<uint64_t>(n, UINT32_MAX)));
}

void log_pop(Ctx c, Str key, Side side) noexcept {
  c.propagate(pop_name(side), key);
}
void log_pop(Ctx c, Str key, Side side, uint64_t n) noexcept {
  c.propagate(pop_name(side), key, Str{keel::NumberText(n)});
}

std::optional<Side> side_in(Ctx c, uint32_t arg) noexcept {
  if (c.word(arg, "LEFT")) return Side::kFront;
  if (c.word(arg, "RIGHT")) return Side::kBack;
  return c.error(keel::kSyntax), std::nullopt;
}

namespace {

// With a count the reply is an array, also for one element.
keel_status pop_count(Ctx c, Side side) noexcept {
  const auto count = keel::parse_integer(c.arg(2));
  if (!count || *count < 0) return c.error("ERR value is out of range, must be positive");
  Ref r = c.write();
  if (!r) return c.null_array();
  if (!r.is(plugin(c).type)) return c.wrong_type();
  const uint64_t n = std::min(static_cast<uint64_t>(*count), length(*r.raw()));
  if (n == 0) return c.array(0), KEEL_OK;
  if (!ready_to_take_out(c, r, side, n)) return c.out_of_memory();
  array_from(c, *r.raw(), side, n);
  take_out(c, r, side, n);
  return KEEL_OK;
}

keel_status pop(Ctx c, Side side, Str too_many_words) noexcept {
  if (c.argc() > 3) return c.error(too_many_words);
  if (c.argc() == 3) return pop_count(c, side);
  Ref r = c.write();
  if (!r) return c.null();
  if (!r.is(plugin(c).type)) return c.wrong_type();
  if (!ready_to_take_out(c, r, side, 1)) return c.out_of_memory();
  bulk_entry(c, peek(*r.raw(), side));
  take_out(c, r, side, 1);
  return KEEL_OK;
}

// The first key that has a list; run again, the key that is ready alone.
keel_status blocking_pop(Ctx c, Side side) noexcept {
  const Plugin& self = plugin(c);
  const auto woken = keel::woken_by(c);
  const auto until = woken ? std::optional<int64_t>{0} : keel::deadline(c, c.argc() - 1);
  if (!until) return KEEL_OK;
  const uint32_t end = woken ? *woken + 1 : c.keys();
  for (uint32_t k = woken.value_or(0); k < end; ++k) {
    Ref r = c.write(k);
    if (!r) continue;
    if (!r.is(self.type)) return c.wrong_type();
    if (!ready_to_take_out(c, r, side, 1)) return c.out_of_memory();
    c.array(2);
    c.bulk(c.key(k));
    bulk_entry(c, peek(*r.raw(), side));
    take_out(c, r, side, 1);
    if (c.logged()) log_pop(c, c.key(k), side);
    return KEEL_OK;
  }
  return keel::block(c, {.type = self.type, .deadline_ms = *until});
}

}  // namespace

keel_status lpop(Ctx c) noexcept {
  return pop(c, Side::kFront, "ERR wrong number of arguments for 'lpop' command");
}
keel_status rpop(Ctx c) noexcept {
  return pop(c, Side::kBack, "ERR wrong number of arguments for 'rpop' command");
}
keel_status blpop(Ctx c) noexcept {
  return blocking_pop(c, Side::kFront);
}
keel_status brpop(Ctx c) noexcept {
  return blocking_pop(c, Side::kBack);
}

}  // namespace lists
