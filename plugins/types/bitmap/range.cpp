// Bits of a part of a string: BITCOUNT, BITPOS.
#include <algorithm>

#include "plugins/types/bitmap/bits.h"
#include "plugins/types/bitmap/commands.h"

namespace bitmap {
namespace {

// The part of a text that START END [BYTE | BIT] name, in bits.
struct Range {
  uint64_t from = 0, end = 0;  // [from, end)
  bool empty() const noexcept { return from >= end; }
};

struct RangeWords {
  int64_t start = 0, end = -1;
  bool in_bits = false;
};

// The last word, BYTE or BIT.
bool parse_unit(Ctx c, uint32_t at, RangeWords& words) noexcept {
  words.in_bits = c.word(at, "BIT");
  return words.in_bits || c.word(at, "BYTE");
}

// Counted from the end when negative, and cut to what there is.
Range clamp(RangeWords words, size_t bytes) noexcept {
  const auto total = static_cast<int64_t>(words.in_bits ? bytes * 8 : bytes);
  if (words.start < 0) words.start = std::max<int64_t>(words.start + total, 0);
  if (words.end < 0) words.end = std::max<int64_t>(words.end + total, 0);
  words.end = std::min(words.end, total - 1);
  if (words.start > words.end) return {};
  const uint64_t bits = words.in_bits ? 1 : 8;
  return {static_cast<uint64_t>(words.start) * bits, (static_cast<uint64_t>(words.end) + 1) * bits};
}

uint64_t count_in(Str text, Range range) noexcept {
  if (range.empty()) return 0;
  const size_t first = (range.from + 7) / 8, last = range.end / 8;  // whole bytes: [first, last)
  const auto ones = [&](uint64_t from, uint64_t end) {
    uint64_t n = 0;
    for (uint64_t i = from; i < end; ++i) n += uint64_t{static_cast<uint8_t>(text[i / 8])} >> (7 - i % 8) & 1;
    return n;
  };
  if (first > last) return ones(range.from, range.end);
  return ones(range.from, first * 8) + count_ones(text.substr(first, last - first)) + ones(last * 8, range.end);
}

}  // namespace

keel_status bitcount(Ctx c) noexcept {
  const Ref v = c.read();
  if (!v) return c.integer(0);
  if (!is_string(c, v)) return c.wrong_type();
  const Text text(v);
  RangeWords words;
  if (c.argc() == 4 || c.argc() == 5) {
    const auto start = keel::parse_integer(c.arg(2)), end = keel::parse_integer(c.arg(3));
    if (!start || !end) return c.error(keel::kNotInteger);
    words = {*start, *end};
    if (words.start < 0 && words.end < 0 && words.start > words.end) return c.integer(0);
    if (c.argc() == 5 && !parse_unit(c, 4, words)) return c.error(keel::kSyntax);
  } else if (c.argc() != 2) {
    return c.error(keel::kSyntax);
  }
  return c.integer(static_cast<int64_t>(count_in(text, clamp(words, text.size()))));
}

keel_status bitpos(Ctx c) noexcept {
  const auto bit = keel::parse_integer(c.arg(2));
  if (!bit) return c.error(keel::kNotInteger);
  if (*bit != 0 && *bit != 1) return c.error("ERR The bit argument must be 1 or 0.");
  const Ref v = c.read();
  if (!v) return c.integer(*bit == 1 ? -1 : 0);
  if (!is_string(c, v)) return c.wrong_type();
  const Text text(v);
  RangeWords words;
  if (c.argc() > 6) return c.error(keel::kSyntax);
  if (c.argc() > 3) {
    const auto start = keel::parse_integer(c.arg(3));
    if (!start) return c.error(keel::kNotInteger);
    words.start = *start;
  }
  if (c.argc() == 6 && !parse_unit(c, 5, words)) return c.error(keel::kSyntax);
  if (c.argc() > 4) {
    const auto end = keel::parse_integer(c.arg(4));
    if (!end) return c.error(keel::kNotInteger);
    words.end = *end;
  }
  const Range range = clamp(words, text.size());
  if (range.empty()) return c.integer(-1);
  const uint64_t at = find_bit(text, *bit == 1, range.from, range.end);
  if (at < range.end) return c.integer(static_cast<int64_t>(at));
  // Beyond a text whose end nobody has named there are zeros for ever.
  return c.integer(*bit == 0 && c.argc() < 5 ? static_cast<int64_t>(text.size() * 8) : -1);
}

}  // namespace bitmap
