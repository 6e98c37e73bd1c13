// LLEN, LINDEX, LRANGE.
#include <algorithm>

#include "plugins/types/list/commands.h"
#include "plugins/types/list/index.h"
#include "plugins/types/list/reply.h"

namespace lists {

keel_status llen(Ctx c) noexcept {
  const Ref r = c.read();
  if (!r) return c.integer(0);
  if (!r.is(plugin(c).type)) return c.wrong_type();
  return c.integer(static_cast<int64_t>(length(*r.raw())));
}

keel_status lindex(Ctx c) noexcept {
  const Ref r = c.read();
  if (!r) return c.null();
  if (!r.is(plugin(c).type)) return c.wrong_type();
  const auto number = keel::parse_integer(c.arg(2));
  if (!number) return c.error(keel::kNotInteger);
  const auto i = index_in(*number, length(*r.raw()));
  if (!i) return c.null();
  each(*r.raw(), *i, 1, [c](const char* entry) { return bulk_entry(c, entry), true; });
  return KEEL_OK;
}

keel_status lrange(Ctx c) noexcept {
  const auto start = keel::parse_integer(c.arg(2));
  const auto stop = start ? keel::parse_integer(c.arg(3)) : std::nullopt;
  if (!stop) return c.error(keel::kNotInteger);
  const Ref r = c.read();
  if (!r) return c.array(0), KEEL_OK;
  if (!r.is(plugin(c).type)) return c.wrong_type();
  const Stretch s = stretch_in(*start, *stop, length(*r.raw()));
  c.array(s.count);
  each(*r.raw(), s.from, s.count, [c](const char* entry) { return bulk_entry(c, entry), true; });
  return KEEL_OK;
}

}  // namespace lists
