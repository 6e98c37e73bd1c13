#include "plugins/types/geo/geohash.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "plugins/types/geo/area.h"

namespace geo {
namespace {

TEST(Geohash, APlaceIsInTheMiddleOfItsCell) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> longitudes(-180, 180), latitudes(-85, 85);
  for (int i = 0; i < 10'000; ++i) {
    const Point p{longitudes(random), latitudes(random)};
    const Cell cell = Cell::of(p, kMostSteps);
    EXPECT_LT(cell.bits, uint64_t{1} << 52);
    const Box box = cell.box();
    EXPECT_LE(box.min.longitude, p.longitude + 1e-9);
    EXPECT_GE(box.max.longitude, p.longitude - 1e-9);
    EXPECT_EQ(Cell::of(cell.center(), kMostSteps), cell);
    EXPECT_EQ(Cell::of_score(cell.score()), cell);
    EXPECT_LT(distance(p, cell.center()), 0.6);
  }
}

// The score of Palermo, and its distance to Catania, are in the documentation of GEOADD.
TEST(Geohash, KnownPlaces) {
  const Point palermo{13.361389, 38.115556}, catania{15.087269, 37.502669};
  EXPECT_EQ(Cell::of(palermo, kMostSteps).score(), 3479099956230698.0);
  EXPECT_EQ(Cell::of(catania, kMostSteps).score(), 3479447370796909.0);
  EXPECT_NEAR(distance(palermo, catania), 166274.1516, 0.2);
}

TEST(Geohash, NeighboursGoAroundTheWorld) {
  const Cell cell = Cell::of({179.999, 10}, 10);
  EXPECT_EQ(cell.neighbour(1, 0), Cell::of({-179.999, 10}, 10));
  EXPECT_EQ(cell.neighbour(1, 0).neighbour(-1, 0), cell);
  EXPECT_EQ(cell.neighbour(0, 1).neighbour(0, -1), cell);
}

TEST(Geohash, AnyScoreIsSomeCell) {
  for (const double score : {-1.0, 1e300, -1e300, 9.3e18, HUGE_VAL, -HUGE_VAL, 0.5}) {
    const Point p = Cell::of_score(score).center();
    EXPECT_TRUE(valid(p)) << score;
  }
}

TEST(Area, ItsCellsCoverIt) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> longitudes(-170, 170), latitudes(-75, 75), around(-1, 1);
  for (int i = 0; i < 300; ++i) {
    Area area;
    area.center = {longitudes(random), latitudes(random)};
    area.is_box = i % 2 == 1;
    area.radius = area.width = std::pow(10, 1 + i % 5);
    area.height = area.width / 2;
    const auto cells = cells_of(area);
    for (int k = 0; k < 200; ++k) {
      const double degrees = area.width / 60'000;
      const Point p{area.center.longitude + around(random) * degrees, area.center.latitude + around(random) * degrees};
      if (!valid(p) || !area.contains(p)) continue;
      const double score = Cell::of(p, kMostSteps).score();
      bool covered = false;
      for (const Cell& cell : cells)
        covered = covered || (cell.steps > 0 && score >= cell.score() && score < cell.score_behind());
      EXPECT_TRUE(covered) << area.center.longitude << ' ' << area.center.latitude << ' ' << area.width;
    }
  }
}

}  // namespace
}  // namespace geo
