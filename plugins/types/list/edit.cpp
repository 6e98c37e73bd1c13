// LSET, LINSERT, LREM, LTRIM.
#include "plugins/types/list/commands.h"
#include "plugins/types/list/index.h"

namespace lists {
namespace {

constexpr Str kTooLarge = "ERR Element too large";

// Removes the key, which may be a long list.
void clear(Ctx c, Ref& r, uint32_t event, uint64_t count) noexcept {
  c.erase(r);
  c.commit(r, event, plugin(c).events.del, 0, static_cast<uint32_t>(std::min<uint64_t>(count, UINT32_MAX)));
}

}  // namespace

keel_status lset(Ctx c) noexcept {
  if (c.arg(3).size() > kLongestElement) return c.error(kTooLarge);
  Ref r = c.write();
  if (!r) return c.error("ERR no such key");
  if (!r.is(plugin(c).type)) return c.wrong_type();
  const auto number = keel::parse_integer(c.arg(2));
  if (!number) return c.error(keel::kNotInteger);
  const auto i = index_in(*number, length(*r.raw()));
  if (!i) return c.error("ERR index out of range");
  if (!replace(c, r, *i, c.arg(3))) return c.out_of_memory();
  c.commit(r, plugin(c).events.lset);
  return c.ok();
}

keel_status linsert(Ctx c) noexcept {
  const bool after = c.word(2, "AFTER");
  if (!after && !c.word(2, "BEFORE")) return c.error(keel::kSyntax);
  if (c.arg(4).size() > kLongestElement) return c.error(kTooLarge);
  Ref r = c.write();
  if (!r) return c.integer(0);
  if (!r.is(plugin(c).type)) return c.wrong_type();
  const listpack::Needle pivot(c.arg(3));
  uint64_t i = 0;
  bool found = false;
  each(*r.raw(), 0, UINT64_MAX, [&](const char* entry) {
    found = pivot.is(entry);
    i += found ? 0 : 1;
    return !found;
  });
  if (!found) return c.integer(-1);
  if (!insert(c, r, after ? i + 1 : i, c.arg(4))) return c.out_of_memory();
  c.commit(r, plugin(c).events.linsert);
  return c.integer(static_cast<int64_t>(length(*r.raw())));
}

keel_status lrem(Ctx c) noexcept {
  const auto count = keel::parse_integer(c.arg(2));
  if (!count) return c.error(keel::kNotInteger);
  Ref r = c.write();
  if (!r) return c.integer(0);
  if (!r.is(plugin(c).type)) return c.wrong_type();
  const Side side = *count < 0 ? Side::kBack : Side::kFront;
  const uint64_t wanted = *count < 0 ? 0 - static_cast<uint64_t>(*count) : static_cast<uint64_t>(*count);
  uint64_t removed = 0;
  const bool done = remove(c, r, listpack::Needle(c.arg(3)), side, wanted == 0 ? UINT64_MAX : wanted, removed);
  if (removed > 0) {
    // Without memory for all of it, the first ones are gone: the log gets that.
    if (!done && c.logged()) {
      const auto n = static_cast<int64_t>(removed);
      c.propagate(Str{"LREM"}, c.key(0), Str{keel::NumberText(side == Side::kBack ? -n : n)}, c.arg(3));
    }
    c.commit(r, plugin(c).events.lrem, 0, KEEL_CHANGE_ERASE_IF_EMPTY,
             static_cast<uint32_t>(std::min<uint64_t>(removed, UINT32_MAX)));
  }
  return done ? c.integer(static_cast<int64_t>(removed)) : c.out_of_memory();
}

keel_status ltrim(Ctx c) noexcept {
  const auto start = keel::parse_integer(c.arg(2));
  const auto stop = start ? keel::parse_integer(c.arg(3)) : std::nullopt;
  if (!stop) return c.error(keel::kNotInteger);
  Ref r = c.write();
  if (!r) return c.ok();
  if (!r.is(plugin(c).type)) return c.wrong_type();
  const uint64_t size = length(*r.raw());
  const Stretch s = stretch_in(*start, *stop, size);
  if (s.count == 0) return clear(c, r, plugin(c).events.ltrim, size), c.ok();
  if (s.count < size && !keep(c, r, s.from, s.count)) return c.out_of_memory();
  c.commit(r, plugin(c).events.ltrim, 0, s.count < size ? 0 : KEEL_CHANGE_UNCOUNTED,
           static_cast<uint32_t>(std::min<uint64_t>(size - s.count, UINT32_MAX)));
  return c.ok();
}

}  // namespace lists
