// plugins/types/common/memory.h - where the structures of value types get their memory: from the host, counted into
// used_memory.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdlib>

#include "keel/host.h"

namespace types {

// Set once by the plugin's create(), before there is any value; every plugin has its own.  Without it (unit tests),
// memory is libc's.
inline const keel_core* memory_core = nullptr;

// [any] n bytes, n > 0, aligned to 16 when n is at least 16; nullptr when out of memory.
inline void* take_memory(size_t n) noexcept {
  return memory_core != nullptr ? memory_core->alloc(n, KEEL_MEMORY_VALUE) : std::malloc(n);
}
// [any] Gives back what take_memory(n) gave; p may be nullptr.
inline void give_memory(void* p, size_t n) noexcept {
  if (memory_core != nullptr)
    memory_core->free(p, n, KEEL_MEMORY_VALUE);
  else
    std::free(p);
}

// The size that the allocator rounds n bytes up to, n > 0: asking for less leaves the rest of the block unused.  The
// classes are jemalloc's, as its manual lists them (SIZE CLASSES): four to each doubling, 16 bytes apart at least.
constexpr size_t size_class(size_t n) noexcept {
  if (n <= 128) return (n + 15) & ~size_t{15};
  const size_t step = std::bit_floor(n - 1) / 4;
  return (n + step - 1) & ~(step - 1);
}
static_assert(size_class(1) == 16 && size_class(128) == 128 && size_class(129) == 160 && size_class(257) == 320);
static_assert(size_class(1024) == 1024 && size_class(1025) == 1280 && size_class(3600) == 4096);

}  // namespace types
