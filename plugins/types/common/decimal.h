// plugins/types/common/decimal.h - numbers with a fraction in 80-bit precision, as INCRBYFLOAT and HINCRBYFLOAT use
// them.
#pragma once
#include <optional>
#include <string_view>

namespace types {

// Texts of this length or more are no numbers.  Every long double fits: 4933 digits before the point, 17 after it.
inline constexpr size_t kDecimalRoom = 5120;

// Everything strtold() takes in full, infinity and hexadecimal forms included; not: a blank in front, "nan", and what
// overflows or vanishes.
std::optional<long double> parse_decimal(std::string_view text) noexcept;

// Without exponent, at most 17 digits after the point, no zero at their end; "0" for a negative zero.  The text lies in
// `room`.
std::string_view write_decimal(long double number, char (&room)[kDecimalRoom]) noexcept;

}  // namespace types
