// ZMPOP, BZMPOP: several members of the first key that has a sorted set.
#include <algorithm>

#include "plugins/types/common/mpop_words.h"
#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/pop.h"
#include "plugins/types/zset/reply.h"

namespace zsets {
namespace {

using Words = types::MpopWords<Side>;

std::optional<Side> end_in(Ctx c, uint32_t arg) noexcept {
  if (c.word(arg, "MIN")) return Side::kMin;
  if (c.word(arg, "MAX")) return Side::kMax;
  return c.error(keel::kSyntax), std::nullopt;
}

// The key, and its members as pairs.
struct Reply {
  Ctx c;
  Str key;
  void open(uint64_t n) noexcept {
    c.array(2);
    c.bulk(key);
    c.array(n);
  }
  void operator()(Str member, const Score& score) noexcept {
    c.array(2);
    c.bulk(member);
    c.real(score.value());
  }
};

// Serves the first of these keys that has a sorted set; false = none has, and no reply is written.
bool serve(Ctx c, uint32_t from, uint32_t to, const Words& words) {
  Ref r;
  uint32_t key = 0;
  const First found = first_set(c, from, to, r, key);
  if (found != First::kFound) return found == First::kWrongType;
  const uint64_t n = std::min(words.count, View(r).size());
  if (!take_out(c, r, words.side, n, Reply{c, c.key(key)})) return c.out_of_memory(), true;
  log_pop(c, c.key(key), words.side, n);
  return true;
}

}  // namespace

keel_status zmpop(Ctx c) {
  const auto words = types::mpop_words(c, 1, end_in);
  if (!words) return KEEL_OK;
  return serve(c, 0, c.keys(), *words) ? KEEL_OK : c.null_array();
}

keel_status bzmpop(Ctx c) {
  const auto words = types::mpop_words(c, 2, end_in);
  if (!words) return KEEL_OK;
  const auto woken = keel::woken_by(c);
  const auto until = woken ? std::optional<int64_t>{0} : keel::deadline(c, 1);
  if (!until) return KEEL_OK;
  if (serve(c, woken.value_or(0), woken ? *woken + 1 : c.keys(), *words)) return KEEL_OK;
  return keel::block(c, {.type = plugin(c).type, .deadline_ms = *until});
}

}  // namespace zsets
