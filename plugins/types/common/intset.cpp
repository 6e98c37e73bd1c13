#include "plugins/types/common/intset.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "keel/cpp/bytes.hpp"

namespace types::intset {
namespace {

static_assert(std::endian::native == std::endian::little);

using keel::load;
using keel::store;

int64_t read(const char* integers, uint32_t width, size_t i) noexcept {
  const char* from = integers + i * width;
  if (width == 2) return load<int16_t>(from);
  if (width == 4) return load<int32_t>(from);
  return load<int64_t>(from);
}
void write(char* integers, uint32_t width, size_t i, int64_t n) noexcept {
  std::memcpy(integers + i * width, &n, width);  // the low bytes come first
}

}  // namespace

uint32_t width(std::string_view set) noexcept {
  return load<uint32_t>(set.data());
}
uint32_t length(std::string_view set) noexcept {
  return load<uint32_t>(set.data() + 4);
}
int64_t at(std::string_view set, size_t i) noexcept {
  return read(set.data() + kHeader, width(set), i);
}

bool valid(std::string_view bytes) noexcept {
  if (bytes.size() < kHeader) return false;
  const uint32_t w = width(bytes);
  if (w != 2 && w != 4 && w != 8) return false;
  const uint64_t n = length(bytes);
  if (n == 0 || bytes.size() != kHeader + n * w) return false;
  for (size_t i = 1; i < n; ++i)
    if (at(bytes, i - 1) >= at(bytes, i)) return false;
  return true;
}

Position find(std::string_view set, int64_t n) noexcept {
  const char* integers = set.data() + kHeader;
  const uint32_t w = width(set);
  const size_t size = length(set);
  // Often they come in order, and what is wider than all of them is not there.
  if (size == 0 || n > read(integers, w, size - 1)) return {size, false};
  if (n < read(integers, w, 0)) return {0, false};
  size_t from = 0, count = size;
  while (count > 1) {
    const size_t half = count / 2;
    from += read(integers, w, from + half) <= n ? half : 0;
    count -= half;
  }
  const int64_t there = read(integers, w, from);
  return {from + (there < n ? 1 : 0), there == n};
}

size_t size_with(std::string_view set, int64_t n) noexcept {
  const size_t w = std::max(width(set), width_of(n));
  return kHeader + (size_t{length(set)} + 1) * w;
}

void insert(char* set, size_t index, int64_t n) noexcept {
  const std::string_view was(set, kHeader);
  const uint32_t from = width(was);
  const uint32_t to = std::max(from, width_of(n));
  const size_t size = length(was);
  char* integers = set + kHeader;
  if (from == to) {
    std::memmove(integers + (index + 1) * to, integers + index * to, (size - index) * to);
  } else {
    // Wider than all of them, so it belongs before the first or behind the last.
    for (size_t i = size; i-- > 0;) write(integers, to, i + (index == 0 ? 1 : 0), read(integers, from, i));
    store(set, to);
  }
  write(integers, to, index, n);
  store(set + 4, static_cast<uint32_t>(size + 1));
}

size_t remove(char* set, size_t i) noexcept {
  const uint32_t w = load<uint32_t>(set);
  const uint32_t left = load<uint32_t>(set + 4) - 1;
  char* gap = set + kHeader + i * w;
  std::memmove(gap, gap + w, (left - i) * w);
  store(set + 4, left);
  return kHeader + size_t{left} * w;
}

size_t make(char (&to)[kMostBytesOfOne], int64_t n) noexcept {
  const uint32_t w = width_of(n);
  store(to, w);
  store(to + 4, uint32_t{1});
  write(to + kHeader, w, 0, n);
  return kHeader + w;
}

}  // namespace types::intset
