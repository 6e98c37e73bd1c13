#include "host/exec/timeout.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>

#include "keel/blocking.h"
#include "keel/cpp/text.hpp"

namespace keel::exec {
namespace {

constexpr size_t kLongest = 5000;  // characters of a number

// As strtold() reads it, hexadecimal and infinite ones included, for Redis does.
std::optional<long double> parse_real(std::string_view word) {
  if (word.empty() || word.size() > kLongest || std::string_view{" \t\n\v\f\r"}.find(word[0]) != word.npos)
    return std::nullopt;
  const std::string text{word};
  char* end = nullptr;
  errno = 0;
  const long double value = std::strtold(text.c_str(), &end);
  if (end != text.c_str() + text.size() || std::isnan(value) || errno == EINVAL) return std::nullopt;
  if (errno == ERANGE && (std::isinf(value) || value == 0)) return std::nullopt;
  return value;
}

}  // namespace

Deadline parse_timeout(std::string_view word, uint32_t unit, int64_t now_ms) {
  constexpr std::string_view kNegative = "ERR timeout is negative";
  int64_t ms = 0;
  if (unit == KEEL_TIMEOUT_MILLISECONDS) {
    const auto n = parse_integer(word);
    if (!n) return {0, "ERR timeout is not an integer or out of range"};
    ms = *n;
  } else {
    const auto seconds = parse_real(word);
    if (!seconds) return {0, "ERR timeout is not a float or out of range"};
    const long double rounded = std::ceil(*seconds * 1000);
    constexpr long double kEnd = 9223372036854775808.0L;
    // What does not fit is negative for Redis.
    if (!(rounded < kEnd && rounded >= -kEnd)) return {0, kNegative};
    ms = static_cast<int64_t>(rounded);
  }
  if (ms < 0) return {0, kNegative};
  return {ms == 0 ? 0 : now_ms + std::min(ms, INT64_MAX - now_ms), {}};
}

}  // namespace keel::exec
