#include "plugins/types/geo/area.h"

#include <algorithm>
#include <cmath>

namespace geo {
namespace {

// How often the world can be halved so that a cell and its neighbours cover a circle of so many metres.
unsigned steps_for(double metres, double latitude) noexcept {
  constexpr double kHalfWorld = 20037726.37;  // metres; half the equator in Web Mercator
  if (metres == 0) return kMostSteps;
  int steps = -1;
  for (; metres < kHalfWorld; metres *= 2) ++steps;
  // Cells are narrower towards the poles.
  const double north = std::fabs(latitude);
  if (north > 66) --steps;
  if (north > 80) --steps;
  return static_cast<unsigned>(std::clamp(steps, 1, static_cast<int>(kMostSteps)));
}

// A rectangle of degrees around the area.
Box bounds_of(const Area& a) noexcept {
  const double height = a.unit * (a.is_box ? a.height / 2 : a.radius);
  const double width = a.unit * (a.is_box ? a.width / 2 : a.radius);
  const double north = degrees(height / kEarthRadius);
  // The side that is nearer to the pole spans more degrees.
  const double edge = a.center.latitude < 0 ? a.center.latitude - north : a.center.latitude + north;
  const double east = degrees(width / kEarthRadius / std::cos(radians(edge)));
  return {{a.center.longitude - east, a.center.latitude - north},
          {a.center.longitude + east, a.center.latitude + north}};
}

struct Direction {
  int east, north;
};
constexpr Direction kDirections[] = {{0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}};

bool covered(const Cell& c, const Box& bounds) noexcept {
  return c.neighbour(0, 1).box().max.latitude >= bounds.max.latitude &&
         c.neighbour(0, -1).box().min.latitude <= bounds.min.latitude &&
         c.neighbour(1, 0).box().max.longitude >= bounds.max.longitude &&
         c.neighbour(-1, 0).box().min.longitude <= bounds.min.longitude;
}

}  // namespace

std::optional<double> Area::contains(const Point& p) const noexcept {
  if (is_box) {
    if (distance_of_latitudes(p.latitude, center.latitude) > height * unit / 2) return std::nullopt;
    if (distance(p, {center.longitude, p.latitude}) > width * unit / 2) return std::nullopt;
    return distance(center, p);
  }
  const double metres = distance(center, p);
  return metres > radius * unit ? std::nullopt : std::optional{metres};
}

std::array<Cell, 9> cells_of(const Area& area) noexcept {
  const Box bounds = bounds_of(area);
  const double reach =
      area.is_box ? std::sqrt(area.width / 2 * (area.width / 2) + area.height / 2 * (area.height / 2)) : area.radius;
  unsigned steps = steps_for(reach * area.unit, area.center.latitude);
  Cell cell = Cell::of(area.center, steps);
  if (steps > 1 && !covered(cell, bounds)) cell = Cell::of(area.center, --steps);
  const Box box = cell.box();
  std::array<Cell, 9> cells;
  for (size_t i = 0; i < cells.size(); ++i) {
    const Direction d = kDirections[i];
    const bool beyond = steps >= 2 && ((d.north < 0 && box.min.latitude < bounds.min.latitude) ||
                                       (d.north > 0 && box.max.latitude > bounds.max.latitude) ||
                                       (d.east < 0 && box.min.longitude < bounds.min.longitude) ||
                                       (d.east > 0 && box.max.longitude > bounds.max.longitude));
    if (!beyond) cells[i] = cell.neighbour(d.east, d.north);
  }
  return cells;
}

}  // namespace geo
