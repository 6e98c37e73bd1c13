// plugins/types/zset/bounds.h - the ends of ranges as commands say them: scores ("1.5", "(2", "-inf") and texts ("[a",
// "(b", "-", "+").
#pragma once
#include "plugins/types/zset/view.h"

namespace zsets {

inline constexpr Str kNotScoreRange = "ERR min or max is not a float";
inline constexpr Str kNotTextRange = "ERR min or max not valid string range item";

struct ScoreRange {
  double min, max;
  bool without_min = false, without_max = false;

  static std::optional<ScoreRange> parse(Str min, Str max) noexcept;
  Ranks in(const View&) const noexcept;
};

struct TextBound {
  enum class Kind : uint8_t { kLowest, kText, kHighest };
  Kind kind;
  bool without;
  Str text;

  static std::optional<TextBound> parse(Str) noexcept;
};

struct TextRange {
  TextBound min, max;

  static std::optional<TextRange> parse(Str min, Str max) noexcept;
  Ranks in(const View&) const noexcept;
};

// From `start` to `stop`, both included, below zero counted from the end.
Ranks ranks_between(int64_t start, int64_t stop, uint64_t size) noexcept;

}  // namespace zsets
