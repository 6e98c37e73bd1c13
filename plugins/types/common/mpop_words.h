// plugins/types/common/mpop_words.h - the words of LMPOP, BLMPOP, ZMPOP and BZMPOP.
#pragma once
#include <algorithm>

#include "keel/cpp/keel.hpp"

namespace types {

template <class Side>
struct MpopWords {
  Side side;
  uint64_t count;  // at least 1
};

// numkeys key [key ...] side [COUNT count], from word `first` on; side_at(c, word) reads a side, or writes the error
// reply.  Without a result it is written.
template <class Side>
std::optional<MpopWords<Side>> mpop_words(keel::Ctx c, uint32_t first,
                                          std::optional<Side> (*side_at)(keel::Ctx, uint32_t) noexcept) noexcept {
  constexpr keel::Str kNoKeys = "ERR numkeys should be greater than 0";
  constexpr keel::Str kNoCount = "ERR count should be greater than 0";
  const auto numkeys = keel::parse_integer(c.arg(first));
  if (!numkeys || *numkeys <= 0) return c.error(kNoKeys), std::nullopt;
  if (*numkeys >= int64_t{c.argc()} - first - 1) return c.error(keel::kSyntax), std::nullopt;
  const auto where = first + 1 + static_cast<uint32_t>(*numkeys);
  const auto side = side_at(c, where);
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
  return MpopWords<Side>{*side, static_cast<uint64_t>(std::max<int64_t>(count, 1))};
}

}  // namespace types
