// plugins/types/common/intset.h - Redis' intset: different integers in ascending order, in one block of bytes.  Source
// of the format: what Redis 7.0 writes into RDB files under the type code 11.
//
//   width u32 | length u32 | integers         all little-endian; width: 2, 4 or 8 bytes, as the widest of them needs
//
// (An intset does not become narrower when its widest integer goes.)  What may follow behind the last integer counts
// for nothing.  Nothing here allocates: whoever edits makes the block bigger or smaller around the call.  All but
// valid() take well-formed bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace types::intset {

inline constexpr size_t kHeader = 8;
inline constexpr size_t kMostEntries = size_t{1} << 27;  // of an intset that is made here: a gigabyte

// Untrusted bytes: whether they are an intset, with at least one integer, and nothing else.
bool valid(std::string_view bytes) noexcept;

uint32_t width(std::string_view set) noexcept;
uint32_t length(std::string_view set) noexcept;
// Bytes of the intset, without what may follow.
inline size_t size(std::string_view set) noexcept {
  return kHeader + size_t{length(set)} * width(set);
}
// Integer i, i < length(); ascending.
int64_t at(std::string_view set, size_t i) noexcept;
// The bytes of an integer: 2, 4 or 8.
constexpr uint32_t width_of(int64_t n) noexcept {
  return n == static_cast<int16_t>(n) ? 2 : n == static_cast<int32_t>(n) ? 4 : 8;
}

// Where an integer stands; not there: where it would.
struct Position {
  size_t index;
  bool found;
};
Position find(std::string_view set, int64_t n) noexcept;

// Bytes of the intset when `n`, which is not there, has been added.
size_t size_with(std::string_view set, int64_t n) noexcept;
// Adds `n`, which is not there and belongs at `index`.  `set` has room for size_with().
void insert(char* set, size_t index, int64_t n) noexcept;
// Takes integer i out; returns the bytes of the intset, which has fewer than before.
size_t remove(char* set, size_t i) noexcept;

// Keeps those integers for which keep(int64_t) is true; returns the bytes of the intset.
template <class F>
size_t filter(char* set, F keep) noexcept;

// The bytes of an intset of one integer; returns how many.
inline constexpr size_t kMostBytesOfOne = kHeader + 8;
size_t make(char (&to)[kMostBytesOfOne], int64_t n) noexcept;

template <class F>
size_t filter(char* set, F keep) noexcept {
  const std::string_view all(set, size({set, kHeader}));
  const uint32_t w = width(all), n = length(all);
  char* to = set + kHeader;
  uint32_t kept = 0;
  for (uint32_t i = 0; i < n; ++i) {
    if (!keep(at(all, i))) continue;
    std::memmove(to, set + kHeader + size_t{i} * w, w);
    to += w;
    ++kept;
  }
  std::memcpy(set + 4, &kept, sizeof kept);
  return static_cast<size_t>(to - set);
}

}  // namespace types::intset
