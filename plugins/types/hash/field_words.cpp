#include "plugins/types/hash/field_words.h"

#include <string>

namespace hashes {

std::optional<FieldWords> field_words(Ctx c, uint32_t at, Str if_not_positive, uint32_t each) {
  if (at >= c.argc() || !c.word(at, "FIELDS"))
    return c.error("ERR Mandatory argument FIELDS is missing or not at the right position"), std::nullopt;
  const auto n = at + 1 < c.argc() ? keel::parse_integer(c.arg(at + 1)) : std::nullopt;
  if (!n || *n < 1) return c.error(if_not_positive), std::nullopt;
  const uint32_t first = at + 2;
  if (static_cast<uint64_t>(*n) > c.argc() || static_cast<uint64_t>(*n) * each != c.argc() - first)
    return c.error("ERR The `numfields` parameter must match the number of arguments"), std::nullopt;
  return FieldWords{first, static_cast<uint32_t>(*n)};
}

std::optional<int64_t> moment_ms(Ctx c, uint32_t word, int64_t unit, int64_t base, Str command) {
  constexpr int64_t kLatest = (int64_t{1} << 46) - 1;  // Unix ms, as in Redis
  const auto n = keel::parse_integer(c.arg(word));
  if (!n) return c.error(keel::kNotInteger), std::nullopt;
  if (*n < 0) return c.error("ERR invalid expire time, must be >= 0"), std::nullopt;
  if (*n > kLatest / unit || *n * unit > kLatest - base) {
    const std::string error = "ERR invalid expire time in '" + std::string{command} + "' command";
    return c.error(error), std::nullopt;
  }
  return *n * unit + base;
}

Lifetime lifetime(Ctx c, uint32_t at, Str command) {
  struct Row {
    Str word;
    int64_t unit;
    bool absolute;
  };
  static constexpr Row kRows[] = {{"EX", 1000, false}, {"PX", 1, false}, {"EXAT", 1000, true}, {"PXAT", 1, true}};
  for (const Row& row : kRows) {
    if (at >= c.argc() || !c.word(at, row.word)) continue;
    if (at + 1 >= c.argc()) return c.error(keel::kSyntax), Lifetime{true, std::nullopt};
    return {true, moment_ms(c, at + 1, row.unit, row.absolute ? 0 : c.now_ms(), command)};
  }
  return {};
}

}  // namespace hashes
