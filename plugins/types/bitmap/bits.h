// plugins/types/bitmap/bits.h - counting, finding and combining bits of long texts.  Bit 0 is the highest of byte 0, as
// SETBIT counts them.
#pragma once
#include <cstdint>
#include <string_view>

namespace bitmap {

// Bits that are one.
uint64_t count_ones(std::string_view bytes) noexcept;

// The first bit from `from` on, of those before `end`, that is `bit`; `end` = there is none.  end <= 8 * bytes.size().
uint64_t find_bit(std::string_view bytes, bool bit, uint64_t from, uint64_t end) noexcept;

enum class Operation : uint8_t { kAnd, kOr, kXor };
// into[i] = into[i] OP with[i], for n bytes that do not overlap.
void combine(Operation, char* into, const char* with, size_t n) noexcept;
// into[i] = ~into[i]
void invert(char* into, size_t n) noexcept;

}  // namespace bitmap
