// LMOVE, RPOPLPUSH, BLMOVE, BRPOPLPUSH.
#include <string>

#include "plugins/types/list/commands.h"
#include "plugins/types/list/pop.h"

namespace lists {
namespace {

struct Way {
  Side from, to;
};
constexpr Way kRightToLeft = {Side::kBack, Side::kFront};

// In word 3 and 4; without a result the error reply is written.
std::optional<Way> way_in(Ctx c) noexcept {
  const auto from = side_in(c, 3);
  const auto to = from ? side_in(c, 4) : std::nullopt;
  return to ? std::optional{Way{*from, *to}} : std::nullopt;
}

// Within one list.  The element is copied: the push may move it.
keel_status move_within(Ctx c, Ref& r, Way way) {
  const Events& events = plugin(c).events;
  char room[20];
  const std::string element{listpack::element(peek(*r.raw(), way.from)).text(room)};
  if (way.from != way.to && length(*r.raw()) > 1 && !rotate(c, r, way.from, element)) return c.out_of_memory();
  c.commit(r, events.push(way.to), events.pop(way.from));
  return c.bulk(element);
}

// The source is there.
keel_status move(Ctx c, Ref& from, Way way) {
  const Plugin& self = plugin(c);
  if (!from.is(self.type)) return c.wrong_type();
  if (c.key(0) == c.key(1)) return move_within(c, from, way);
  Ref to = c.write(1);
  if (to && !to.is(self.type)) return c.wrong_type();
  if (!ready_to_take_out(c, from, way.from, 1)) return c.out_of_memory();
  char room[20];
  const Str element = listpack::element(peek(*from.raw(), way.from)).text(room);
  if (!push(c, to, way.to, element)) return c.out_of_memory();
  c.commit(to, self.events.push(way.to));
  c.bulk(element);
  take_out(c, from, way.from, 1);
  return KEEL_OK;
}

keel_status move_now(Ctx c, Way way) {
  Ref from = c.write(0);
  return from ? move(c, from, way) : c.null();
}

keel_status move_or_wait(Ctx c, Way way, uint32_t timeout, bool named_sides) {
  const auto until = keel::woken_by(c) ? std::optional<int64_t>{0} : keel::deadline(c, timeout);
  if (!until) return KEEL_OK;
  Ref from = c.write(0);
  if (!from) {
    constexpr uint32_t kSource[] = {0};
    // At the deadline Redis replies with a null array, in a transaction with null.
    const bool null_array = (c.raw()->flags & KEEL_CTX_MULTI) == 0;
    return keel::block(c, {.type = plugin(c).type, .deadline_ms = *until, .null_array = null_array, .keys = kSource});
  }
  const uint64_t before = c.raw()->dirty;
  const keel_status status = move(c, from, way);
  if (!c.logged() || c.raw()->dirty == before) return status;
  if (named_sides)
    c.propagate(Str{"LMOVE"}, c.key(0), c.key(1), c.arg(3), c.arg(4));
  else
    c.propagate(Str{"RPOPLPUSH"}, c.key(0), c.key(1));
  return status;
}

}  // namespace

keel_status lmove(Ctx c) {
  const auto way = way_in(c);
  return way ? move_now(c, *way) : KEEL_OK;
}
keel_status rpoplpush(Ctx c) {
  return move_now(c, kRightToLeft);
}
keel_status blmove(Ctx c) {
  const auto way = way_in(c);
  return way ? move_or_wait(c, *way, 5, true) : KEEL_OK;
}
keel_status brpoplpush(Ctx c) {
  return move_or_wait(c, kRightToLeft, 3, false);
}

}  // namespace lists
