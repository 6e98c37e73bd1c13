// plugins/types/list/limits.h - how much one node of a list holds: list-max-listpack-size, as Redis 7.0 reads it.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "plugins/types/common/listpack.h"

namespace lists {

struct Limits {
  uint32_t bytes = 8192;           // of a listpack, its frame included
  uint32_t elements = UINT32_MAX;  // at most
  uint32_t depth = 0;              // list-compress-depth

  // 1 and more: that many elements, and 8 KiB.  -1 to -5: 4, 8, 16, 32, 64 KiB.
  static constexpr Limits of(int64_t listpack_size, uint32_t depth) noexcept {
    Limits l;
    l.depth = depth;
    if (listpack_size < 0)
      l.bytes = 4096u << (std::min<int64_t>(-listpack_size, 5) - 1);
    else
      l.elements = static_cast<uint32_t>(std::clamp<int64_t>(listpack_size, 1, kMostElements));
    return l;
  }
  // Whether a node with that many entries takes one more of a text of `size` bytes.  Redis counts the text with eight
  // bytes beside it, which are more than an entry needs.
  bool allow(uint64_t entries_bytes, uint64_t count, uint64_t size) const noexcept {
    return entries_bytes + types::listpack::kEmpty + size + 8 <= bytes && count < elements;
  }

 private:
  static constexpr int64_t kMostElements = 32767;
};

}  // namespace lists
