// plugins/types/list/index.h - places in a list as clients say them: negative ones count from the end, -1 is the last.
#pragma once
#include <algorithm>
#include <cstdint>
#include <optional>

namespace lists {

constexpr std::optional<uint64_t> index_in(int64_t i, uint64_t size) noexcept {
  if (i < 0) i += static_cast<int64_t>(size);
  return i >= 0 && static_cast<uint64_t>(i) < size ? std::optional{static_cast<uint64_t>(i)} : std::nullopt;
}

struct Stretch {
  uint64_t from, count;  // count 0: from means nothing
};

// From `start` to `stop`, both included, as far as they lie in the list.
constexpr Stretch stretch_in(int64_t start, int64_t stop, uint64_t size) noexcept {
  const auto n = static_cast<int64_t>(size);
  if (start < 0) start = std::max<int64_t>(start + n, 0);
  if (stop < 0) stop += n;
  if (start > stop || start >= n) return {0, 0};
  return {static_cast<uint64_t>(start), static_cast<uint64_t>(std::min(stop, n - 1) - start + 1)};
}

}  // namespace lists
