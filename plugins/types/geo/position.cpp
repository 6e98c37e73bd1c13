// What is known of places: GEODIST, GEOHASH, GEOPOS.
#include "plugins/types/geo/commands.h"

namespace geo {

keel_status geodist(Ctx c) {
  double unit = 1;
  if (c.argc() == 5) {
    const auto named = parse_unit(c, 4);
    if (!named) return KEEL_OK;
    unit = *named;
  } else if (c.argc() > 5) {
    return c.error(keel::kSyntax);
  }
  const Ref r = c.read();
  if (!is_sorted_set(c, r)) return c.wrong_type();
  const auto a = score_of(c, r, c.arg(2)), b = score_of(c, r, c.arg(3));
  if (!a || !b) return c.null();
  reply_distance(c, distance(Cell::of_score(*a).center(), Cell::of_score(*b).center()) / unit);
  return KEEL_OK;
}

// The usual form of a geohash: latitudes up to the poles, five bits a letter.
keel_status geohash(Ctx c) {
  constexpr Str kLetters = "0123456789bcdefghjkmnpqrstuvwxyz";
  constexpr unsigned kLength = 11;
  const Ref r = c.read();
  if (!is_sorted_set(c, r)) return c.wrong_type();
  c.array(c.argc() - 2);
  for (uint32_t i = 2; i < c.argc(); ++i) {
    const auto score = score_of(c, r, c.arg(i));
    if (!score) {
      c.null();
      continue;
    }
    const uint64_t bits = Cell::of(Cell::of_score(*score).center(), kMostSteps, 90).bits;
    char text[kLength];
    // There are 52 bits: the last letter would need three more, and is always the first one.
    for (unsigned k = 0; k + 1 < kLength; ++k) text[k] = kLetters[(bits >> (2 * kMostSteps - 5 * (k + 1))) & 31];
    text[kLength - 1] = kLetters[0];
    c.bulk({text, kLength});
  }
  return KEEL_OK;
}

keel_status geopos(Ctx c) {
  const Ref r = c.read();
  if (!is_sorted_set(c, r)) return c.wrong_type();
  c.array(c.argc() - 2);
  for (uint32_t i = 2; i < c.argc(); ++i) {
    const auto score = score_of(c, r, c.arg(i));
    if (score)
      reply_point(c, Cell::of_score(*score).center());
    else
      c.null_array();
  }
  return KEEL_OK;
}

}  // namespace geo
