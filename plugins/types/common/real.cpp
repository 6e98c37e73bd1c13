#include "plugins/types/common/real.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace types {
namespace {

// Longer ones are numbers only when from_chars() takes them.
constexpr size_t kLongest = 512;

// What nearly every number looks like, without a copy.
std::optional<double> parse_plain(std::string_view text) noexcept {
  double d = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), d);
  if (error != std::errc{} || end != text.data() + text.size() || std::isnan(d)) return std::nullopt;
  return d;
}

struct Parsed {
  double number;
  const char* end;
};
Parsed parse_terminated(std::string_view text, char (&room)[kLongest]) noexcept {
  std::memcpy(room, text.data(), text.size());
  room[text.size()] = '\0';
  errno = 0;
  char* end = nullptr;
  const double number = std::strtod(room, &end);
  return {number, end};
}

}  // namespace

std::optional<double> parse_real(std::string_view text) noexcept {
  if (text.empty()) return std::nullopt;
  if (const auto plain = parse_plain(text)) return plain;
  const char first = text.front();
  if (text.size() >= kLongest || first == ' ' || (first >= '\t' && first <= '\r')) return std::nullopt;
  char room[kLongest];
  const auto [number, end] = parse_terminated(text, room);
  if (end != room + text.size() || std::isnan(number)) return std::nullopt;
  if (errno == ERANGE && (std::isinf(number) || number == 0)) return std::nullopt;
  return number;
}

std::optional<double> parse_loose_real(std::string_view text) noexcept {
  if (const auto plain = parse_plain(text)) return plain;
  text = text.substr(0, text.find('\0'));
  if (text.empty()) return 0.0;
  if (text.size() >= kLongest) return std::nullopt;
  char room[kLongest];
  const auto [number, end] = parse_terminated(text, room);
  if (end != room + text.size() || std::isnan(number)) return std::nullopt;
  return number;
}

}  // namespace types
