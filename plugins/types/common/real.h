// plugins/types/common/real.h - numbers of 64-bit floating point as commands are given them: scores, coordinates.
#pragma once
#include <optional>
#include <string_view>

namespace types {

// Everything strtod() takes in full, infinity and hexadecimal forms included; not: a blank in front, nothing at all,
// "nan", and what overflows or vanishes.
std::optional<double> parse_real(std::string_view text) noexcept;

// The same for the ends of ranges, where Redis looks less closely: blanks in front, nothing (0), what follows a NUL,
// and what overflows (infinity) or vanishes are fine.
std::optional<double> parse_loose_real(std::string_view text) noexcept;

}  // namespace types
