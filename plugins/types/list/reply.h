// plugins/types/list/reply.h - elements as replies.
#pragma once
#include "plugins/types/list/value.h"

namespace lists {

inline void bulk_entry(Ctx c, const char* entry) noexcept {
  char room[20];
  c.bulk(listpack::element(entry).text(room));
}

// Elements of a list from one of its ends on, as an array: in the order in which they would be taken out.
inline void array_from(Ctx c, const keel_ref& r, Side side, uint64_t n) noexcept {
  c.array(n);
  if (side == Side::kFront) {
    each(r, 0, n, [c](const char* entry) { return bulk_entry(c, entry), true; });
    return;
  }
  each_backwards(r, [c, &n](const char* entry) {
    if (n == 0) return false;
    bulk_entry(c, entry);
    return --n > 0;
  });
}

}  // namespace lists
