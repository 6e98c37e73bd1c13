#include "plugins/types/zset/store.h"

namespace zsets {

keel_status store(Ctx c, OwnEdit& result, uint32_t event) noexcept {
  const Plugin& p = plugin(c);
  const uint64_t n = result.view().size();
  Ref r = c.write(0);
  if (n == 0) {
    if (r) {
      c.erase(r);
      c.commit(r, p.events.del);
    }
    return c.integer(0);
  }
  r.expire_ms(-1);
  if (!result.put(c, r, p.type)) return c.out_of_memory();
  c.commit(r, event);
  return c.integer(static_cast<int64_t>(n));
}

}  // namespace zsets
