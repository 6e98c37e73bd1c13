// plugins/types/common/element_scan.h - a call of SSCAN, HSCAN or ZSCAN on a table.
#pragma once
#include <cstdint>

namespace types {

// f(element) for whole segments of a table that has scan() as ElementTable has, until `count` elements were seen, or
// ten times as many segments: work stays bounded where they are empty.  Takes a cursor and returns the next.
template <class Table, class F>
uint64_t scan_some(const Table& table, uint64_t cursor, uint64_t count, F f) {
  constexpr uint64_t kSegmentsPerElement = 10;
  uint64_t segments = count > UINT64_MAX / kSegmentsPerElement ? UINT64_MAX : count * kSegmentsPerElement;
  uint64_t seen = 0;
  do {
    cursor = table.scan(cursor, [&](const auto& e) {
      ++seen;
      f(e);
    });
  } while (cursor != 0 && seen < count && --segments > 0);
  return cursor;
}

}  // namespace types
