// plugins/types/common/random_words.h - the words of SRANDMEMBER, HRANDFIELD and ZRANDMEMBER: key [count [WITH...]].
#pragma once
#include "keel/cpp/keel.hpp"
#include "plugins/types/common/random.h"

namespace types {

struct RandomWords {
  bool one;       // no count
  bool with;      // WITHVALUES or WITHSCORES
  int64_t count;  // below 0: so many, and the same may come again; -kMostRepeats at least
  uint64_t repeats() const noexcept { return static_cast<uint64_t>(-count); }
};

// `with` is empty where the command has no such word.  Without a result the error reply is written.
inline std::optional<RandomWords> random_words(keel::Ctx c, keel::Str with = {}) noexcept {
  constexpr keel::Str kOutOfRange = "ERR value is out of range";
  RandomWords w{c.argc() == 2, false, 1};
  if (w.one) return w;
  if (with.empty() && c.argc() > 3) return c.error(keel::kSyntax), std::nullopt;
  const auto n = keel::parse_integer(c.arg(2));
  if (!n) return c.error(keel::kNotInteger), std::nullopt;
  if (*n == INT64_MIN)
    return c.error("ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807"),
           std::nullopt;
  w.count = *n;
  w.with = c.argc() == 4 && c.word(3, with);
  if (c.argc() > 4 || (c.argc() == 4 && !w.with)) return c.error(keel::kSyntax), std::nullopt;
  if (w.with && (w.count < -INT64_MAX / 2 || w.count > INT64_MAX / 2)) return c.error(kOutOfRange), std::nullopt;
  if (w.count < -kMostRepeats) return c.error(kOutOfRange), std::nullopt;
  return w;
}

}  // namespace types
