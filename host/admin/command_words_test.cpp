#include "host/admin/command_words.h"

#include <gtest/gtest.h>

#include "keel/cpp/tables.hpp"

namespace keel::admin {
namespace {

template <size_t N>
KeyRange range_of(const keel_keyspec (&specs)[N]) {
  keel_command row{};
  row.keyspecs = specs;
  row.nkeyspecs = N;
  return legacy_range(row);
}

void expect_range(KeyRange r, int first, int last, int step) {
  EXPECT_EQ(r.first, first);
  EXPECT_EQ(r.last, last);
  EXPECT_EQ(r.step, step);
}

TEST(LegacyRange, OneRangeIsToldAsItIs) {
  expect_range(range_of({one_key(KEEL_KEY_RO)}), 1, 1, 1);
  expect_range(range_of({one_key(KEEL_KEY_RO, 2)}), 2, 2, 1);
  expect_range(range_of({keys_at(KEEL_KEY_RO, 1, -1)}), 1, -1, 1);
  expect_range(range_of({keys_at(KEEL_KEY_OW, 1, -1, 2)}), 1, -1, 2);
  expect_range(range_of({keys_at(KEEL_KEY_RO, 1, 1)}), 1, 2, 1);
}

TEST(LegacyRange, NeighboursBecomeOne) {
  expect_range(range_of({one_key(KEEL_KEY_RW, 1), one_key(KEEL_KEY_OW, 2)}), 1, 2, 1);       // RENAME
  expect_range(range_of({one_key(KEEL_KEY_OW, 2), keys_at(KEEL_KEY_RO, 3, -1)}), 2, -1, 1);  // BITOP
}

TEST(LegacyRange, OtherKindsDoNotCount) {
  keel_keyspec keyword{};
  keyword.begin = KEEL_BEGIN_KEYWORD;
  keyword.find = KEEL_FIND_RANGE;
  keel_keyspec counted{};
  counted.begin = KEEL_BEGIN_INDEX;
  counted.find = KEEL_FIND_KEYNUM;
  counted.pos = 2;
  expect_range(range_of({keyword}), 0, 0, 0);
  expect_range(range_of({counted}), 0, 0, 0);
  expect_range(range_of({one_key(KEEL_KEY_RW, 3), keyword}), 3, 3, 1);  // MIGRATE
  expect_range(legacy_range(keel_command{}), 0, 0, 0);
}

}  // namespace
}  // namespace keel::admin
