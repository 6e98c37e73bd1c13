// plugins/types/bitfield/field.h - integers of 1 to 64 bits anywhere in a text, the highest bit first, and what happens
// when a number does not fit.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace bitfield {

struct FieldType {
  bool is_signed = false;
  uint8_t bits = 0;  // 1 to 64, to 63 without a sign

  // Of "i16", "u8". Nothing = none such.
  static std::optional<FieldType> parse(std::string_view word) noexcept;
};

enum class Overflow : uint8_t { kWrap, kSaturate, kFail };

// The field at bit `offset`; bits beyond the end are zero.
int64_t read_field(std::string_view text, uint64_t offset, FieldType type) noexcept;
// Writes the low bits of `value`; the text is long enough.
void write_field(char* text, uint64_t offset, FieldType type, int64_t value) noexcept;

// A number as the field can hold it. Nothing = it cannot, and `overflow` is kFail.
__extension__ typedef __int128 Wide;
std::optional<int64_t> fit(Wide number, FieldType type, Overflow overflow) noexcept;

}  // namespace bitfield
