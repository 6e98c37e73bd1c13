// host/base/memory.h - the counted allocator: keyspace and plugin memory comes from here, so that used_memory is known
// without asking the allocator, and frees are sized.
#pragma once
#include <cstddef>
#include <cstdint>

namespace keel::base {

enum class MemoryTag : uint32_t { kValue = 0, kPlugin = 1, kTable = 2, kClient = 3, kLog = 4 };
inline constexpr size_t kMemoryTags = 5;

// [any] n bytes aligned to 16 (8 below 16 bytes); nullptr when out of memory.
void* allocate(size_t n, MemoryTag tag) noexcept;
// [any] n zeroed bytes aligned to `alignment`, a power of two.
void* allocate_aligned(size_t n, size_t alignment, MemoryTag tag) noexcept;
// [any] gives back what allocate(n, tag) gave; p may be nullptr.
void release(void* p, size_t n, MemoryTag tag) noexcept;
void release_aligned(void* p, size_t n, size_t alignment, MemoryTag tag) noexcept;
// The bytes that the allocator really spends on a block of n bytes: two sizes of the same class can share a block.
size_t block_size(size_t n) noexcept;

// [any] Bytes in blocks that are alive, of one tag or of all.
int64_t counted_bytes(MemoryTag tag) noexcept;
int64_t counted_bytes() noexcept;

struct AllocatorStats {  // of the whole process; bytes
  uint64_t allocated, active, resident, mapped, retained, metadata;
};
// [any] Slow (microseconds): asks the allocator.
AllocatorStats allocator_stats() noexcept;
// [any] Gives unused pages back to the kernel.
void purge_allocator() noexcept;
// [control] Whether a thread of the allocator gives unused pages back in the background. False = it cannot.
bool set_allocator_background(bool on) noexcept;
// [control] mallctl() of jemalloc: 0, or an errno, ENOENT where another allocator serves.
int allocator_control(const char* name, void* old, size_t* old_size, void* fresh, size_t fresh_size) noexcept;
// The allocator's name and version, as INFO memory shows it.
const char* allocator_name() noexcept;

}  // namespace keel::base
