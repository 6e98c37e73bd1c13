#include "host/admin/sparkline.h"

#include <gtest/gtest.h>

#include <vector>

namespace keel::admin {
namespace {

TEST(Sparkline, DrawsColumnsAndLabels) {
  const std::vector<SparkSample> samples = {{10, "4s"}, {30, "3s"}, {20, "12s"}};
  EXPECT_EQ(sparkline(samples),
            " # \n"
            " |_\n"
            " ||\n"
            "_||\n"
            "   \n"
            "431\n"
            "ss2\n"
            "  s\n");
}

TEST(Sparkline, EqualValuesLieOnTheGround) {
  const std::vector<SparkSample> samples = {{7, ""}, {7, ""}};
  EXPECT_EQ(sparkline(samples), "  \n  \n  \n__\n  \n");
  EXPECT_EQ(sparkline({}), "");
}

TEST(Sparkline, BreaksLongSeries) {
  const std::vector<SparkSample> samples(100, SparkSample{1, ""});
  const std::string drawn = sparkline(samples);
  EXPECT_NE(drawn.find(std::string(80, '_') + "\n"), std::string::npos);
  EXPECT_NE(drawn.find("\n" + std::string(20, '_') + "\n"), std::string::npos);
}

}  // namespace
}  // namespace keel::admin
