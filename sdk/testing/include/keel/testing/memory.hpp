// keel/testing/memory.hpp - the allocator of keel.core/1, counted, poisoned, and out of memory on demand. Any thread.
#pragma once
#include <cstddef>
#include <cstdint>

namespace keel::testing {

void* counted_alloc(size_t n, uint32_t tag) noexcept;
// A fault when n or tag are not those of the allocation, or when p was not allocated.
void counted_free(void* p, size_t n, uint32_t tag) noexcept;

size_t blocks();  // that live now
// The next n allocations succeed, those after them fail; negative = none fails.
void fail_after(int64_t n);
// An allocation of more bytes than that is a fault and fails.
void limit_block(size_t n);
inline constexpr size_t kNoLimit = size_t{1} << 40;
// How often an allocation has been refused since fail_after().
uint64_t refused();

}  // namespace keel::testing
