// plugins/types/common/intset.h - Redis' intset: different integers in ascending order, in one block of bytes.  Source
// of the format: what Redis 7.0 writes into RDB files under the type code 11.
//
//   width u32 | length u32 | integers         all little-endian; width: 2, 4 or 8 bytes, as the widest of them needs
//
// (An intset does not become narrower when its widest integer goes.)  Nothing here allocates: whoever edits makes the
// block bigger or smaller around the call.  All but valid() take well-formed bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace types::intset {

inline constexpr size_t kHeader = 8;
inline constexpr size_t kMostBytes = size_t{1} << 30;  // of an intset that is made here

// Untrusted bytes: whether they are an intset, with at least one integer.
bool valid(std::string_view bytes) noexcept;

uint32_t width(std::string_view set) noexcept;
uint32_t length(std::string_view set) noexcept;
// Integer i, i < length(); ascending.
int64_t at(std::string_view set, size_t i) noexcept;
inline int64_t most(std::string_view set) noexcept {
  return at(set, length(set) - 1);
}
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
// Adds `n`, which is not there and belongs at `index`.  `set` has `old` bytes of an intset, and room for size_with().
void insert(char* set, size_t old, size_t index, int64_t n) noexcept;
// Takes integer i out; returns the bytes of the intset, which has fewer than before.
size_t remove(char* set, size_t size, size_t i) noexcept;

// The bytes of an intset of one integer; returns how many.
inline constexpr size_t kMostBytesOfOne = kHeader + 8;
size_t make(char (&to)[kMostBytesOfOne], int64_t n) noexcept;

}  // namespace types::intset
