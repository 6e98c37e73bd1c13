// plugins/types/bitmap/bits_avx2.h - the same for processors with AVX2, 32 bytes at a time; what is left over at the
// end is the caller's.
#pragma once
#include "plugins/types/bitmap/bits.h"

namespace bitmap::avx2 {

// Whether this processor has it.
bool present() noexcept;

// Of the whole blocks of 32 bytes at the front; the other bytes are not looked at.
uint64_t count_ones(const char* bytes, size_t n) noexcept;
// As bitmap::combine(), of the whole blocks of 64 bytes in [from, end); returns where they end.
size_t combine(Operation, const char* const* sources, size_t count, char* into, size_t from, size_t end,
               Order) noexcept;

}  // namespace bitmap::avx2
