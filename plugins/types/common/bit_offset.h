// plugins/types/common/bit_offset.h - the place of a bit in a string, as SETBIT, GETBIT and BITFIELD take it.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace types {

inline constexpr const char* kBadBitOffset = "ERR bit offset is not an integer or out of range";

// A number of bits, 0 or more, that lies in a string of at most `limit` bytes. With `field_bits` above 0 a "#" in front
// counts fields of that many bits. Nothing = none such.
std::optional<uint64_t> parse_bit_offset(std::string_view word, uint64_t limit, uint32_t field_bits = 0) noexcept;

}  // namespace types
