// LMPOP, BLMPOP: several elements of the first key that has a list.
#include <algorithm>

#include "plugins/types/list/commands.h"
#include "plugins/types/list/pop.h"
#include "plugins/types/list/reply.h"

namespace lists {
namespace {

// numkeys key [key ...] LEFT|RIGHT [COUNT count], from word `first` on.
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
  const auto side = side_in(c, where);
  if (!side) return std::nullopt;
  int64_t count = 0;
  keel::Args args(c, where + 1);
  while (args.more()) {
    if (count == 0 && args.take_with_value("COUNT"))
      count = args.integer_between(1, INT64_MAX, kNoCount);
    else
      args.unknown();
  }
  if (!args.ok()) return args.reply(), std::nullopt;
  return Wanted{*side, static_cast<uint64_t>(std::max<int64_t>(count, 1))};
}

// Serves the first of these keys that has a list; false = none has one, and no reply is written.
bool serve(Ctx c, uint32_t from, uint32_t to, const Wanted& wanted) noexcept {
  for (uint32_t k = from; k < to; ++k) {
    Ref r = c.write(k);
    if (!r) continue;
    if (!r.is(plugin(c).type)) return c.wrong_type(), true;
    const uint64_t n = std::min(wanted.count, length(*r.raw()));
    if (!ready_to_take_out(c, r, wanted.side, n)) return c.out_of_memory(), true;
    c.array(2);
    bulk(c, c.key(k));
    array_from(c, *r.raw(), wanted.side, n);
    take_out(c, r, wanted.side, n);
    if (c.logged()) log_pop(c, c.key(k), wanted.side, n);
    return true;
  }
  return false;
}

// The keys that word `at` counts.
uint32_t counted_keys(const keel_str* argv, uint32_t argc, uint32_t at, keel_keyref* out, uint32_t cap) noexcept {
  const auto numkeys = at < argc ? keel::parse_integer(keel::view(argv[at])) : std::nullopt;
  if (!numkeys || *numkeys <= 0 || *numkeys >= int64_t{argc} - at) return UINT32_MAX;
  const auto n = static_cast<uint32_t>(*numkeys);
  for (uint32_t i = 0; i < std::min(n, cap); ++i)
    out[i] = {at + 1 + i, KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE, 0};
  return n;
}

}  // namespace

keel_status lmpop(Ctx c) noexcept {
  const auto wanted = parse(c, 1);
  if (!wanted) return KEEL_OK;
  return serve(c, 0, c.keys(), *wanted) ? KEEL_OK : c.null_array();
}

keel_status blmpop(Ctx c) noexcept {
  const auto wanted = parse(c, 2);
  if (!wanted) return KEEL_OK;
  const auto woken = keel::woken_by(c);
  const auto until = woken ? std::optional<int64_t>{0} : keel::deadline(c, 1);
  if (!until) return KEEL_OK;
  if (serve(c, woken.value_or(0), woken ? *woken + 1 : c.keys(), *wanted)) return KEEL_OK;
  return keel::block(c, {.type = plugin(c).type, .deadline_ms = *until});
}

uint32_t lmpop_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  return counted_keys(argv, argc, 1, out, cap);
}
uint32_t blmpop_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  return counted_keys(argv, argc, 2, out, cap);
}

}  // namespace lists
