#include "plugins/types/bitfield/field.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace bitfield {
namespace {

constexpr FieldType i(uint8_t bits) {
  return {true, bits};
}
constexpr FieldType u(uint8_t bits) {
  return {false, bits};
}

TEST(Field, TypesAreNamed) {
  ASSERT_TRUE(FieldType::parse("i16"));
  EXPECT_TRUE(FieldType::parse("i16")->is_signed);
  EXPECT_EQ(FieldType::parse("u63")->bits, 63);
  EXPECT_EQ(FieldType::parse("i64")->bits, 64);
  for (const char* wrong : {"", "i", "u", "i0", "i65", "u64", "I8", "x8", "i08", "i 8", "i8 ", "u-1", "8"})
    EXPECT_FALSE(FieldType::parse(wrong)) << wrong;
}

TEST(Field, LiesHighestBitFirst) {
  std::string text(3, '\0');
  write_field(text.data(), 4, u(8), 0xab);
  EXPECT_EQ(text, std::string("\x0a\xb0\x00", 3));
  EXPECT_EQ(read_field(text, 4, u(8)), 0xab);
  EXPECT_EQ(read_field(text, 4, i(8)), static_cast<int8_t>(0xab));
  EXPECT_EQ(read_field(text, 12, u(63)), 0);
  EXPECT_EQ(read_field("\xff", 4, u(8)), 0xf0);
  EXPECT_EQ(read_field("", 1000, i(64)), 0);
}

TEST(Field, KeepsItsNeighbours) {
  std::mt19937_64 dice{5};
  for (int turn = 0; turn < 20000; ++turn) {
    std::string text(24, '\0');
    for (char& c : text) c = static_cast<char>(dice());
    const FieldType type{dice() % 2 == 0, static_cast<uint8_t>(1 + dice() % 63)};
    const uint64_t offset = dice() % (24 * 8 - type.bits + 1);
    const std::string before = text;
    const int64_t value = *fit(static_cast<int64_t>(dice()), type, Overflow::kWrap);
    write_field(text.data(), offset, type, value);
    ASSERT_EQ(read_field(text, offset, type), value);
    for (uint64_t bit = 0; bit < 24 * 8; ++bit) {
      if (bit >= offset && bit < offset + type.bits) continue;
      ASSERT_EQ(read_field(text, bit, u(1)), read_field(before, bit, u(1)));
    }
  }
}

TEST(Field, FitsWrapsSaturatesOrFails) {
  EXPECT_EQ(fit(127, i(8), Overflow::kFail), 127);
  EXPECT_EQ(fit(-128, i(8), Overflow::kFail), -128);
  EXPECT_EQ(fit(128, i(8), Overflow::kFail), std::nullopt);
  EXPECT_EQ(fit(128, i(8), Overflow::kWrap), -128);
  EXPECT_EQ(fit(128, i(8), Overflow::kSaturate), 127);
  EXPECT_EQ(fit(-129, i(8), Overflow::kWrap), 127);
  EXPECT_EQ(fit(-129, i(8), Overflow::kSaturate), -128);
  EXPECT_EQ(fit(256, u(8), Overflow::kWrap), 0);
  EXPECT_EQ(fit(-1, u(8), Overflow::kWrap), 255);
  EXPECT_EQ(fit(-1, u(8), Overflow::kSaturate), 0);
  EXPECT_EQ(fit(-1, u(8), Overflow::kFail), std::nullopt);
  EXPECT_EQ(fit(Wide{INT64_MAX} + 1, i(64), Overflow::kWrap), INT64_MIN);
  EXPECT_EQ(fit(Wide{INT64_MIN} + INT64_MIN, i(64), Overflow::kSaturate), INT64_MIN);
  EXPECT_EQ(fit(Wide{INT64_MAX} + INT64_MAX, u(63), Overflow::kSaturate), INT64_MAX);
  EXPECT_EQ(fit(1, i(1), Overflow::kWrap), -1);
}

}  // namespace
}  // namespace bitfield
