// Parts of a string: APPEND, STRLEN, GETRANGE, SETRANGE.
#include <algorithm>

#include "plugins/types/string/commands.h"
#include "plugins/types/string/grow.h"

namespace strings {
namespace {

constexpr Str kNothing = "";  // unlike Str{}, it has an address
constexpr Str kTooLong = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

// May a string be offset + size bytes long?  What a log or a primary says was allowed where it was said first.
bool fits(Ctx c, size_t offset, size_t size) noexcept {
  size_t total = 0;
  if (__builtin_add_overflow(offset, size, &total) || total > static_cast<size_t>(INT64_MAX)) return false;
  return total <= c.string_limit() || (c.raw()->flags & KEEL_CTX_REPLAY) != 0;
}

// Writes `patch` at `offset` of a value, with zeros in a gap between.  The caller has checked that the result fits.
keel_status overwrite(Ctx c, Ref& v, size_t offset, Str patch) noexcept {
  const keel_status grown = grow(c.raw(), v.raw(), plugin(c).type, offset + patch.size());
  if (grown == KEEL_OK && !patch.empty()) memcpy(v.data() + offset, patch.data(), patch.size());
  return grown;
}

// The bytes first..last of a text, counted from its end when negative; the reference's clamping.
Str part(Str text, int64_t first, int64_t last) noexcept {
  const auto size = static_cast<int64_t>(text.size());
  if (first < 0 && last < 0 && first > last) return kNothing;
  if (first < 0) first = std::max<int64_t>(first + size, 0);
  if (last < 0) last = std::max<int64_t>(last + size, 0);
  last = std::min(last, size - 1);
  if (first > last) return kNothing;
  return text.substr(static_cast<size_t>(first), static_cast<size_t>(last - first + 1));
}

}  // namespace

keel_status append(Ctx c) noexcept {
  const Str tail = c.arg(2);
  Ref v = c.write();
  size_t length = tail.size();
  if (!v) {
    if (store(c, v, 2) != KEEL_OK) return c.out_of_memory();
  } else {
    if (!v.is(plugin(c).type)) return c.wrong_type();
    const Text old(v);
    if (!fits(c, old.size(), tail.size())) return c.error(kTooLong);
    length += old.size();
    if (overwrite(c, v, old.size(), tail) != KEEL_OK) return c.out_of_memory();
  }
  c.commit(v, plugin(c).events.append);
  return c.integer(static_cast<int64_t>(length));
}

keel_status strlen(Ctx c) noexcept {
  const Ref v = c.read();
  if (!v) return c.integer(0);
  if (!v.is(plugin(c).type)) return c.wrong_type();
  return c.integer(static_cast<int64_t>(Text(v).size()));
}

keel_status getrange(Ctx c) noexcept {
  const auto first = keel::parse_integer(c.arg(2));
  const auto last = keel::parse_integer(c.arg(3));
  if (!first || !last) return c.error(keel::kNotInteger);
  const Ref v = c.read();
  if (!v) return c.bulk(kNothing);
  if (!v.is(plugin(c).type)) return c.wrong_type();
  const Text text(v);
  const Str wanted = part(text, *first, *last);
  return wanted.size() == text.size() ? c.value(v) : c.bulk(wanted);
}

keel_status setrange(Ctx c) noexcept {
  const auto offset = keel::parse_integer(c.arg(2));
  if (!offset) return c.error(keel::kNotInteger);
  if (*offset < 0) return c.error("ERR offset is out of range");
  const Str patch = c.arg(3);
  Ref v = c.write();
  if (v && !v.is(plugin(c).type)) return c.wrong_type();
  const Text old(v);
  if (patch.empty()) return c.integer(static_cast<int64_t>(old.size()));
  const auto at = static_cast<size_t>(*offset);
  if (!fits(c, at, patch.size())) return c.error(kTooLong);
  const size_t length = std::max(old.size(), at + patch.size());
  if (overwrite(c, v, at, patch) != KEEL_OK) return c.out_of_memory();
  c.commit(v, plugin(c).events.setrange);
  return c.integer(static_cast<int64_t>(length));
}

}  // namespace strings
