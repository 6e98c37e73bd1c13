// LPUSH, RPUSH, LPUSHX, RPUSHX.
#include "plugins/types/list/commands.h"

namespace lists {
namespace {

keel_status push_to(Ctx c, Side side, bool only_if_there) noexcept {
  for (uint32_t i = 2; i < c.argc(); ++i)
    if (c.arg(i).size() > kLongestElement) return c.error("ERR Element too large");
  Ref r = c.write();
  if (r && !r.is(plugin(c).type)) return c.wrong_type();
  if (!r && only_if_there) return c.integer(0);
  if (!push_words(c, r, side, 2)) return c.out_of_memory();
  c.commit(r, plugin(c).events.push(side), 0, 0, c.argc() - 2);
  return c.integer(static_cast<int64_t>(length(*r.raw())));
}

}  // namespace

keel_status lpush(Ctx c) noexcept {
  return push_to(c, Side::kFront, false);
}
keel_status rpush(Ctx c) noexcept {
  return push_to(c, Side::kBack, false);
}
keel_status lpushx(Ctx c) noexcept {
  return push_to(c, Side::kFront, true);
}
keel_status rpushx(Ctx c) noexcept {
  return push_to(c, Side::kBack, true);
}

}  // namespace lists
