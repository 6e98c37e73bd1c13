// host/exec/timeout.h - timeouts as clients say them.
#pragma once
#include <cstdint>
#include <string_view>

namespace keel::exec {

struct Deadline {
  int64_t at_ms = 0;         // Unix time; 0 = none
  std::string_view error{};  // why it makes no sense, as a reply without '-'
};

// unit: KEEL_TIMEOUT_*. Seconds may have a fraction, and are rounded up to milliseconds; 0 = no deadline.
// One beyond the end of time is that end.
Deadline parse_timeout(std::string_view word, uint32_t unit, int64_t now_ms);

}  // namespace keel::exec
