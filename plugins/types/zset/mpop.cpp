// ZMPOP, BZMPOP: several members of the first key that has a sorted set.
#include <algorithm>

#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/keys.h"
#include "plugins/types/zset/pop.h"
#include "plugins/types/zset/reply.h"

namespace zsets {
namespace {

// numkeys key [key ...] MIN|MAX [COUNT count], from word `first` on.
struct Wanted {
  Side side;
  uint64_t count;
};

// Without a result the error reply is written.
std::optional<Wanted> parse(Ctx c, uint32_t first) noexcept {
  constexpr Str kNoKeys = "ERR numkeys should be greater than 0";
  constexpr Str kNoCount = "ERR count should be greater than 0";
  const auto numkeys = keel::parse_integer(c.arg(first));
  if (!numkeys || *numkeys <= 0) return c.error(kNoKeys), std::nullopt;
  if (*numkeys >= int64_t{c.argc()} - first - 1) return c.error(keel::kSyntax), std::nullopt;
  const auto where = first + 1 + static_cast<uint32_t>(*numkeys);
  const bool min = c.word(where, "MIN");
  if (!min && !c.word(where, "MAX")) return c.error(keel::kSyntax), std::nullopt;
  int64_t count = 0;
  keel::Args args(c, where + 1);
  while (args.more()) {
    if (count == 0 && args.take_with_value("COUNT"))
      count = args.integer_between(1, INT64_MAX, kNoCount);
    else
      args.unknown();
  }
  if (!args.ok()) return args.reply(), std::nullopt;
  return Wanted{min ? Side::kMin : Side::kMax, static_cast<uint64_t>(std::max<int64_t>(count, 1))};
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
bool serve(Ctx c, uint32_t from, uint32_t to, const Wanted& wanted) {
  Ref r;
  uint32_t key = 0;
  const Result found = first_set(c, from, to, r, key);
  if (found != Result::kYes) return found == Result::kNoMemory;
  const uint64_t n = std::min(wanted.count, View(r).size());
  if (!take_out(c, r, wanted.side, n, Reply{c, c.key(key)})) return c.out_of_memory(), true;
  log_pop(c, c.key(key), wanted.side, n);
  return true;
}

constexpr uint32_t kTakes = KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE;

}  // namespace

keel_status zmpop(Ctx c) {
  const auto wanted = parse(c, 1);
  if (!wanted) return KEEL_OK;
  return serve(c, 0, c.keys(), *wanted) ? KEEL_OK : c.null_array();
}

keel_status bzmpop(Ctx c) {
  const auto wanted = parse(c, 2);
  if (!wanted) return KEEL_OK;
  const auto woken = keel::woken_by(c);
  const auto until = woken ? std::optional<int64_t>{0} : keel::deadline(c, 1);
  if (!until) return KEEL_OK;
  if (serve(c, woken.value_or(0), woken ? *woken + 1 : c.keys(), *wanted)) return KEEL_OK;
  return keel::block(c, {.type = plugin(c).type, .deadline_ms = *until});
}

uint32_t zmpop_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  return counted_keys(argv, argc, 1, kTakes, out, cap);
}
uint32_t bzmpop_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  return counted_keys(argv, argc, 2, kTakes, out, cap);
}

}  // namespace zsets
