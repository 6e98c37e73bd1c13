// LMPOP, BLMPOP: several elements of the first key that has a list.
#include <algorithm>

#include "plugins/types/common/mpop_words.h"
#include "plugins/types/list/commands.h"
#include "plugins/types/list/pop.h"
#include "plugins/types/list/reply.h"

namespace lists {
namespace {

using Words = types::MpopWords<Side>;

// Serves the first of these keys that has a list; false = none has one, and no reply is written.
bool serve(Ctx c, uint32_t from, uint32_t to, const Words& words) noexcept {
  for (uint32_t k = from; k < to; ++k) {
    Ref r = c.write(k);
    if (!r) continue;
    if (!r.is(plugin(c).type)) return c.wrong_type(), true;
    const uint64_t n = std::min(words.count, length(*r.raw()));
    if (!ready_to_take_out(c, r, words.side, n)) return c.out_of_memory(), true;
    c.array(2);
    c.bulk(c.key(k));
    array_from(c, *r.raw(), words.side, n);
    take_out(c, r, words.side, n);
    if (c.logged()) log_pop(c, c.key(k), words.side, n);
    return true;
  }
  return false;
}

}  // namespace

keel_status lmpop(Ctx c) noexcept {
  const auto words = types::mpop_words(c, 1, side_in);
  if (!words) return KEEL_OK;
  return serve(c, 0, c.keys(), *words) ? KEEL_OK : c.null_array();
}

keel_status blmpop(Ctx c) noexcept {
  const auto words = types::mpop_words(c, 2, side_in);
  if (!words) return KEEL_OK;
  const auto woken = keel::woken_by(c);
  const auto until = woken ? std::optional<int64_t>{0} : keel::deadline(c, 1);
  if (!until) return KEEL_OK;
  if (serve(c, woken.value_or(0), woken ? *woken + 1 : c.keys(), *words)) return KEEL_OK;
  return keel::block(c, {.type = plugin(c).type, .deadline_ms = *until});
}

}  // namespace lists
