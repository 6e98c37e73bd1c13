#include "host/rdb/crc64.h"

#include <gtest/gtest.h>

#include <string>

namespace keel::rdb {
namespace {

TEST(Crc64, HasTheCheckValueOfItsKind) {
  EXPECT_EQ(crc64("123456789"), 0xe9c6d914c4b8d9ca);
  EXPECT_EQ(crc64(""), 0u);
}

TEST(Crc64, IsTheSameInParts) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += static_cast<char>(i * 37);
  for (size_t cut = 0; cut <= text.size(); ++cut)
    EXPECT_EQ(crc64(std::string_view{text}.substr(cut), crc64(std::string_view{text}.substr(0, cut))), crc64(text));
}

}  // namespace
}  // namespace keel::rdb
