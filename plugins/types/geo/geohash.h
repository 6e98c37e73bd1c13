// plugins/types/geo/geohash.h - places as numbers of 52 bits: longitude and latitude are halved in turn, 26 times each,
// so that places with the same beginning lie in the same cell.  Source: geohash.org, with the latitudes of Web Mercator
// (EPSG:3857), as Redis uses them for scores.
#pragma once
#include <cstdint>
#include <optional>

namespace geo {

inline constexpr double kMostLongitude = 180;         // degrees, and least with a minus
inline constexpr double kMostLatitude = 85.05112878;  // the same
inline constexpr unsigned kMostSteps = 26;            // halvings of each of the two

struct Point {
  double longitude, latitude;  // degrees
};

inline bool valid(const Point& p) noexcept {
  return p.longitude >= -kMostLongitude && p.longitude <= kMostLongitude && p.latitude >= -kMostLatitude &&
         p.latitude <= kMostLatitude;
}

struct Box {
  Point min, max;
};

// The cell of all places that share so many halvings: 2 * steps bits, the highest is that of the longitude.
struct Cell {
  uint64_t bits = 0;
  unsigned steps = 0;

  // A place between the limits; those of the latitude may be others than Web Mercator's.
  static Cell of(const Point&, unsigned steps, double most_latitude = kMostLatitude) noexcept;
  // A score, whatever it is.
  static Cell of_score(double score) noexcept;

  bool operator==(const Cell&) const noexcept = default;
  double score() const noexcept { return static_cast<double>(aligned(bits)); }
  // The scores of the places in it: from score() up to, without, this one.
  double score_behind() const noexcept { return static_cast<double>(aligned(bits + 1)); }
  Box box() const noexcept;
  Point center() const noexcept;
  // The cell so many to the east and north; the world goes on behind its edges.
  Cell neighbour(int east, int north) const noexcept;

 private:
  uint64_t aligned(uint64_t b) const noexcept { return b << (2 * kMostSteps - 2 * steps); }
};

// Metres between two places on a sphere (haversine).
double distance(const Point&, const Point&) noexcept;
// Metres between two latitudes.
double distance_of_latitudes(double, double) noexcept;

inline constexpr double kEarthRadius = 6372797.560856;  // metres
constexpr double radians(double degrees) noexcept {
  return degrees * (3.14159265358979323846 / 180.0);
}
constexpr double degrees(double radians) noexcept {
  return radians / (3.14159265358979323846 / 180.0);
}

}  // namespace geo
