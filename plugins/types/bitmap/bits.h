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

enum class Operation : uint8_t { kAnd, kOr, kXor, kNot };  // kNot: of the first source
enum class Order : uint8_t { kAscending, kDescending };    // of the bytes
// into[i] = sources[0][i] OP sources[1][i] OP ..., each byte read and written once; `into` may be one of the sources,
// and `count` is at least 1.
void combine(Operation, const char* const* sources, size_t count, char* into, size_t n,
             Order = Order::kAscending) noexcept;

}  // namespace bitmap
