#include "plugins/types/common/decimal.h"

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace types {

std::optional<long double> parse_decimal(std::string_view text) noexcept {
  if (text.empty() || text.size() >= kDecimalRoom) return std::nullopt;
  // strtold() skips blanks, and it stops only at a NUL.
  const char first = text.front();
  if (first == ' ' || (first >= '\t' && first <= '\r')) return std::nullopt;
  char terminated[kDecimalRoom];
  std::memcpy(terminated, text.data(), text.size());
  terminated[text.size()] = '\0';

  errno = 0;
  char* end = nullptr;
  const long double number = std::strtold(terminated, &end);
  if (end != terminated + text.size() || errno == EINVAL || std::isnan(number)) return std::nullopt;
  if (errno == ERANGE && (std::isinf(number) || number == 0)) return std::nullopt;
  return number;
}

std::string_view write_decimal(long double number, char (&room)[kDecimalRoom]) noexcept {
  if (std::isinf(number)) return number > 0 ? "inf" : "-inf";
  const int written = std::snprintf(room, sizeof room, "%.17Lf", number);
  std::string_view text(room, static_cast<size_t>(written));
  text = text.substr(0, text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.remove_suffix(1);
  return text == "-0" ? std::string_view("0") : text;
}

}  // namespace types
