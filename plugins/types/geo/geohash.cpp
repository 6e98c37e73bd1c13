#include "plugins/types/geo/geohash.h"

#include <algorithm>
#include <cmath>

namespace geo {
namespace {

// Each bit of a number goes to twice its place.
uint64_t spread(uint32_t n) noexcept {
  uint64_t x = n;
  x = (x | x << 16) & 0x0000ffff0000ffff;
  x = (x | x << 8) & 0x00ff00ff00ff00ff;
  x = (x | x << 4) & 0x0f0f0f0f0f0f0f0f;
  x = (x | x << 2) & 0x3333333333333333;
  return (x | x << 1) & 0x5555555555555555;
}
uint32_t gather(uint64_t x) noexcept {
  x &= 0x5555555555555555;
  x = (x | x >> 1) & 0x3333333333333333;
  x = (x | x >> 2) & 0x0f0f0f0f0f0f0f0f;
  x = (x | x >> 4) & 0x00ff00ff00ff00ff;
  x = (x | x >> 8) & 0x0000ffff0000ffff;
  return static_cast<uint32_t>(x | x >> 16);
}

uint32_t offset(double value, double most, unsigned steps) noexcept {
  return static_cast<uint32_t>((value + most) / (2 * most) * static_cast<double>(uint64_t{1} << steps));
}
double edge(uint64_t offset, double most, unsigned steps) noexcept {
  return -most + (static_cast<double>(offset) / static_cast<double>(uint64_t{1} << steps)) * (2 * most);
}

}  // namespace

Cell Cell::of(const Point& p, unsigned steps, double most_latitude) noexcept {
  return {spread(offset(p.latitude, most_latitude, steps)) | spread(offset(p.longitude, kMostLongitude, steps)) << 1,
          steps};
}

// A score beyond 64 bits becomes what the processor's conversion makes of it: it is no place, but has to be some bits.
Cell Cell::of_score(double score) noexcept {
  constexpr double kSigned = 9223372036854775808.0;
  constexpr uint64_t kNone = uint64_t{1} << 63;
  uint64_t bits = kNone;
  if (score >= -kSigned && score < kSigned)
    bits = static_cast<uint64_t>(static_cast<int64_t>(score));
  else if (score >= kSigned)
    bits = score < 2 * kSigned ? kNone + static_cast<uint64_t>(static_cast<int64_t>(score - kSigned)) : 0;
  return {bits, kMostSteps};
}

Box Cell::box() const noexcept {
  const uint64_t x = gather(bits >> 1), y = gather(bits);
  return {{edge(x, kMostLongitude, steps), edge(y, kMostLatitude, steps)},
          {edge(x + 1, kMostLongitude, steps), edge(y + 1, kMostLatitude, steps)}};
}

Point Cell::center() const noexcept {
  const Box b = box();
  return {std::clamp((b.min.longitude + b.max.longitude) / 2, -kMostLongitude, kMostLongitude),
          std::clamp((b.min.latitude + b.max.latitude) / 2, -kMostLatitude, kMostLatitude)};
}

Cell Cell::neighbour(int east, int north) const noexcept {
  const uint32_t mask = static_cast<uint32_t>((uint64_t{1} << steps) - 1);
  // A place on the eastern or northern edge of the world has a cell behind the last ones, which only a step changes.
  const auto step = [mask](uint32_t from, int by) {
    return by == 0 ? from : (from + static_cast<uint32_t>(by)) & mask;
  };
  const uint32_t x = step(gather(bits >> 1), east), y = step(gather(bits), north);
  return {spread(y) | spread(x) << 1, steps};
}

double distance_of_latitudes(double a, double b) noexcept {
  return kEarthRadius * std::fabs(radians(b) - radians(a));
}

double distance(const Point& a, const Point& b) noexcept {
  const double v = std::sin((radians(b.longitude) - radians(a.longitude)) / 2);
  if (v == 0) return distance_of_latitudes(a.latitude, b.latitude);
  const double from = radians(a.latitude), to = radians(b.latitude);
  const double u = std::sin((to - from) / 2);
  return 2 * kEarthRadius * std::asin(std::sqrt(u * u + std::cos(from) * std::cos(to) * v * v));
}

}  // namespace geo
