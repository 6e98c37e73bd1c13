#include "plugins/types/hyperloglog/estimate.h"

#include <cmath>
#include <cstring>
#include <limits>

namespace hyperloglog {
namespace {

using Histogram = std::array<uint32_t, 64>;

// Four of them, so that equal neighbours do not wait for each other.
Histogram histogram_of(const Registers& registers) noexcept {
  std::array<Histogram, 4> parts{};
  for (size_t i = 0; i < kRegisters; i += 8) {
    uint64_t word;
    std::memcpy(&word, registers.data() + i, sizeof word);
    for (size_t k = 0; k < 8; ++k) ++parts[k % 4][word >> (8 * k) & 63];
  }
  Histogram sum{};
  for (size_t v = 0; v < sum.size(); ++v) sum[v] = parts[0][v] + parts[1][v] + parts[2][v] + parts[3][v];
  return sum;
}

double sigma(double x) noexcept {
  if (x == 1) return std::numeric_limits<double>::infinity();
  double y = 1, z = x, before;
  do {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  } while (before != z);
  return z;
}

double tau(double x) noexcept {
  if (x == 0 || x == 1) return 0;
  double y = 1, z = 1 - x, before;
  do {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) * (1 - x) * y;
  } while (before != z);
  return z / 3;
}

}  // namespace

uint64_t estimate(const Registers& registers) noexcept {
  constexpr double kAlphaInfinity = 0.721347520444481703680;  // 1 / (2 ln 2)
  constexpr double m = kRegisters;
  const Histogram seen = histogram_of(registers);
  double z = m * tau((m - seen[kLongestRun]) / m);
  for (size_t value = kLongestRun - 1; value >= 1; --value) z = 0.5 * (z + seen[value]);
  z += m * sigma(seen[0] / m);
  return static_cast<uint64_t>(std::llroundl(kAlphaInfinity * m * m / z));
}

}  // namespace hyperloglog
