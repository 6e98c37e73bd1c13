#include "host/admin/text.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace keel::admin {
namespace {

TEST(HumanBytes, GrowsThroughTheUnits) {
  EXPECT_EQ(human_bytes(0), "0B");
  EXPECT_EQ(human_bytes(1023), "1023B");
  EXPECT_EQ(human_bytes(1024), "1.00K");
  EXPECT_EQ(human_bytes(1536), "1.50K");
  EXPECT_EQ(human_bytes(1138448), "1.09M");
  EXPECT_EQ(human_bytes(25274793984), "23.54G");
  EXPECT_EQ(human_bytes(uint64_t{1} << 41), "2.00T");
  EXPECT_EQ(human_bytes(UINT64_MAX), "16384.00P");
}

TEST(Append, WritesNumbers) {
  std::string s;
  append(s, -1);
  append(s, std::string_view{" "});
  append(s, UINT64_MAX);
  EXPECT_EQ(s, "-1 18446744073709551615");
  EXPECT_EQ(fixed(2.005, 1), "2.0");
}

}  // namespace
}  // namespace keel::admin
