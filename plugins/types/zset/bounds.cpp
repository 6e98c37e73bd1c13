#include "plugins/types/zset/bounds.h"

#include <algorithm>

namespace zsets {
namespace {

constexpr Ranks between(uint64_t from, uint64_t to) noexcept {
  return {from, from < to ? to : from};
}

// Whether a text lies before the first of the range, or not behind the last.
bool before_first(const TextBound& min, Str text) noexcept {
  if (min.kind != TextBound::Kind::kText) return min.kind == TextBound::Kind::kHighest;
  return min.without ? text <= min.text : text < min.text;
}
bool up_to_last(const TextBound& max, Str text) noexcept {
  if (max.kind != TextBound::Kind::kText) return max.kind == TextBound::Kind::kHighest;
  return max.without ? text < max.text : text <= max.text;
}

}  // namespace

std::optional<ScoreRange> ScoreRange::parse(Str min, Str max) noexcept {
  ScoreRange range{};
  const auto end = [](Str word, bool& without) {
    without = !word.empty() && word.front() == '(';
    return types::parse_loose_real(word.substr(without ? 1 : 0));
  };
  const auto low = end(min, range.without_min);
  const auto high = end(max, range.without_max);
  if (!low || !high) return std::nullopt;
  range.min = *low;
  range.max = *high;
  return range;
}

Ranks ScoreRange::in(const View& set) const noexcept {
  const uint64_t from = set.count_scores([this](double score) { return without_min ? score <= min : score < min; });
  return between(from, set.count_scores([this](double score) { return without_max ? score < max : score <= max; }));
}

std::optional<TextBound> TextBound::parse(Str word) noexcept {
  if (word.empty()) return std::nullopt;
  const Str rest = word.substr(1);
  const bool alone = rest.empty() || rest.front() == '\0';
  switch (word.front()) {
    case '-':
      return alone ? std::optional{TextBound{Kind::kLowest, false, ""}} : std::nullopt;
    case '+':
      return alone ? std::optional{TextBound{Kind::kHighest, false, ""}} : std::nullopt;
    case '(':
    case '[':
      return TextBound{Kind::kText, word.front() == '(', rest};
    default:
      return std::nullopt;
  }
}

std::optional<TextRange> TextRange::parse(Str min, Str max) noexcept {
  const auto low = TextBound::parse(min), high = TextBound::parse(max);
  return low && high ? std::optional{TextRange{*low, *high}} : std::nullopt;
}

Ranks TextRange::in(const View& set) const noexcept {
  const uint64_t from = set.count_texts([this](Str text) { return before_first(min, text); });
  return between(from, set.count_texts([this](Str text) { return up_to_last(max, text); }));
}

Ranks ranks_between(int64_t start, int64_t stop, uint64_t size) noexcept {
  const auto n = static_cast<int64_t>(size);
  if (start < 0) start = std::max<int64_t>(start + n, 0);
  if (stop < 0) stop += n;
  stop = std::min(stop, n - 1);
  if (start > stop) return {};
  return {static_cast<uint64_t>(start), static_cast<uint64_t>(stop) + 1};
}

}  // namespace zsets
