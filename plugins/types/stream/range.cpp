// What a stream holds: XLEN, XRANGE, XREVRANGE.
#include <algorithm>

#include "plugins/types/stream/commands.h"

namespace streams {
namespace {

keel_status range(Ctx c, bool backwards) {
  const auto from = from_word(c, backwards ? 3 : 2);
  if (!from) return KEEL_OK;
  const auto to = to_word(c, backwards ? 2 : 3);
  if (!to) return KEEL_OK;
  int64_t count = -1;
  for (uint32_t i = 4; i < c.argc(); i += 2) {
    if (!c.word(i, "COUNT") || i + 1 == c.argc()) return c.error(keel::kSyntax);
    const auto n = integer_word(c, i + 1);
    if (!n) return KEEL_OK;
    count = std::max<int64_t>(*n, 0);
  }
  Ref r = c.read();
  if (!r) return c.array(0), KEEL_OK;
  if (!r.is(plugin(c).type)) return c.wrong_type();
  if (count == 0) return c.null_array();
  keel::OpenArray entries(c);
  int64_t n = 0;
  const auto show = [&](const BlockReader& block, const Entry& e) {
    reply_entry(c, block, e);
    return ++n != count;
  };
  const Stream& s = stream_of(r);
  backwards ? s.each_backwards(*from, *to, show) : s.each(*from, *to, show);
  entries.close(static_cast<uint64_t>(n));
  return KEEL_OK;
}

}  // namespace

keel_status xlen(Ctx c) {
  Ref r = c.read();
  if (!r) return c.integer(0);
  if (!r.is(plugin(c).type)) return c.wrong_type();
  return c.integer(static_cast<int64_t>(stream_of(r).length));
}

keel_status xrange(Ctx c) {
  return range(c, false);
}
keel_status xrevrange(Ctx c) {
  return range(c, true);
}

}  // namespace streams
