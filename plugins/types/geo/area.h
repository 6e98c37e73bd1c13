// plugins/types/geo/area.h - what is searched: a circle or a rectangle around a place, and the cells that cover it.
#pragma once
#include <array>
#include <optional>

#include "plugins/types/geo/geohash.h"

namespace geo {

struct Area {
  Point center{};
  bool is_box = false;
  double radius = 0;             // in units
  double width = 0, height = 0;  // of a rectangle, in units
  double unit = 1;               // metres

  // Metres from the center, if the place lies in it.
  std::optional<double> contains(const Point&) const noexcept;
};

// The cell around the center and its eight neighbours, in the order north, south, east, west, north-east, north-west,
// south-east, south-west; those that are not needed have no steps.  They are as small as they can be and cover the
// area.
std::array<Cell, 9> cells_of(const Area&) noexcept;

}  // namespace geo
