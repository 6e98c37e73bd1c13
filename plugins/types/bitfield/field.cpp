#include "plugins/types/bitfield/field.h"

#include "keel/cpp/text.hpp"

namespace bitfield {
namespace {

// The low bits of a number, with its sign where the type has one.
int64_t cut(uint64_t number, FieldType type) noexcept {
  const int spare = 64 - type.bits;
  const uint64_t high = number << spare;
  return type.is_signed ? static_cast<int64_t>(high) >> spare : static_cast<int64_t>(high >> spare);
}

}  // namespace

std::optional<FieldType> FieldType::parse(std::string_view word) noexcept {
  if (word.empty() || (word[0] != 'i' && word[0] != 'u')) return std::nullopt;
  const bool is_signed = word[0] == 'i';
  const auto bits = keel::parse_integer(word.substr(1));
  if (!bits || *bits < 1 || *bits > (is_signed ? 64 : 63)) return std::nullopt;
  return FieldType{is_signed, static_cast<uint8_t>(*bits)};
}

int64_t read_field(std::string_view text, uint64_t offset, FieldType type) noexcept {
  uint64_t number = 0;
  unsigned left = type.bits;
  while (left > 0) {
    const unsigned at = offset % 8, n = left < 8 - at ? left : 8 - at;
    const unsigned byte = offset / 8 < text.size() ? static_cast<uint8_t>(text[offset / 8]) : 0u;
    number = number << n | (byte >> (8 - at - n) & ((1u << n) - 1));
    offset += n;
    left -= n;
  }
  return cut(number, type);
}

void write_field(char* text, uint64_t offset, FieldType type, int64_t value) noexcept {
  unsigned left = type.bits;
  while (left > 0) {
    const unsigned at = offset % 8, n = left < 8 - at ? left : 8 - at, shift = 8 - at - n;
    const unsigned mask = ((1u << n) - 1) << shift;
    left -= n;
    const auto part = static_cast<unsigned>(static_cast<uint64_t>(value) >> left) << shift & mask;
    char& byte = text[offset / 8];
    byte = static_cast<char>((static_cast<uint8_t>(byte) & ~mask) | part);
    offset += n;
  }
}

std::optional<int64_t> fit(Wide number, FieldType type, Overflow overflow) noexcept {
  const Wide above = Wide{1} << (type.is_signed ? type.bits - 1 : type.bits);  // the first that is too big
  const Wide most = above - 1, least = type.is_signed ? -above : 0;
  if (number >= least && number <= most) return static_cast<int64_t>(number);
  if (overflow == Overflow::kFail) return std::nullopt;
  if (overflow == Overflow::kSaturate) return static_cast<int64_t>(number > most ? most : least);
  return cut(static_cast<uint64_t>(number), type);
}

}  // namespace bitfield
