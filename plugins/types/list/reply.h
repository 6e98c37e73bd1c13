// plugins/types/list/reply.h - elements as replies.
#pragma once
#include <cstring>

#include "plugins/types/list/value.h"

namespace lists {

// A bulk string; most of them are written to the cursor of the reply in one go.
inline void bulk(Ctx c, Str text) noexcept {
  constexpr size_t kFrame = 25;  // '$', twenty digits, two line ends
  keel_ctx* raw = c.raw();
  if (static_cast<size_t>(raw->out_end - raw->out) < text.size() + kFrame) {
    c.bulk(text);
    return;
  }
  char* to = raw->out;
  *to++ = '$';
  to = keel::write_integer(to, static_cast<int64_t>(text.size()));
  *to++ = '\r';
  *to++ = '\n';
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  to += text.size();
  *to++ = '\r';
  *to++ = '\n';
  raw->out = to;
}
inline void bulk_entry(Ctx c, const char* entry) noexcept {
  char room[20];
  bulk(c, listpack::element(entry).text(room));
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
