// plugins/types/zset/keys.h - keys that a word of the command counts: "numkeys key [key ...]".
#pragma once
#include <algorithm>

#include "plugins/types/zset/value.h"

namespace zsets {

// As find_keys of keel_command, for the keys that word `at` counts.
inline uint32_t counted_keys(const keel_str* argv, uint32_t argc, uint32_t at, uint32_t flags, keel_keyref* out,
                             uint32_t cap) noexcept {
  const auto numkeys = at < argc ? keel::parse_integer(keel::view(argv[at])) : std::nullopt;
  if (!numkeys || *numkeys <= 0 || *numkeys >= int64_t{argc} - at) return UINT32_MAX;
  const auto n = static_cast<uint32_t>(*numkeys);
  for (uint32_t i = 0; i < std::min(n, cap); ++i) out[i] = {at + 1 + i, flags, 0};
  return n;
}

}  // namespace zsets
