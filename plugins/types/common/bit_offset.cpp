#include "plugins/types/common/bit_offset.h"

#include "keel/cpp/text.hpp"

namespace types {

std::optional<uint64_t> parse_bit_offset(std::string_view word, uint64_t limit, uint32_t field_bits) noexcept {
  const bool in_fields = field_bits > 0 && word.starts_with('#');
  if (in_fields) word.remove_prefix(1);
  const auto number = keel::parse_integer(word);
  if (!number || *number < 0) return std::nullopt;
  auto offset = static_cast<uint64_t>(*number);
  if (in_fields && __builtin_mul_overflow(offset, uint64_t{field_bits}, &offset)) return std::nullopt;
  if (offset > static_cast<uint64_t>(INT64_MAX) || offset / 8 >= limit) return std::nullopt;
  return offset;
}

}  // namespace types
