#include "host/admin/text.h"

#include <cstdint>

namespace keel::admin {

std::string human_bytes(uint64_t n) {
  std::string out;
  if (n < 1024) {
    append(out, n);
    return out + 'B';
  }
  auto d = static_cast<double>(n);
  constexpr std::string_view kUnits = "KMGTP";
  size_t unit = 0;
  for (d /= 1024; d >= 1024 && unit + 1 < kUnits.size(); ++unit) d /= 1024;
  return fixed(d, 2) + kUnits[unit];
}

}  // namespace keel::admin
