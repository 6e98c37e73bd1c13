// keel/cpp/bytes.hpp - words in memory that is not aligned, and texts of a few bytes without a call: memcpy() and
// memcmp() of a length that is known only when they run are calls, which cost more than so short a text.
#pragma once
#include <cstdint>
#include <cstring>

#include "keel/cpp/text.hpp"

namespace keel {

// [any] Native order of bytes.
template <class Word>
inline Word load(const char* from) noexcept {
  Word w;
  std::memcpy(&w, from, sizeof w);
  return w;
}
template <class Word>
inline void store(char* to, Word w) noexcept {
  std::memcpy(to, &w, sizeof w);
}

// [any] Copies `from`, which must not overlap; returns the end of the copy. Two words that may overlap one another take
// any length between that of one and that of two.
inline char* copy(char* to, Str from) noexcept {
  const size_t n = from.size();
  const char* const p = from.data();
  if (n > 16) {
    std::memcpy(to, p, n);
  } else if (n >= 8) {
    const auto first = load<uint64_t>(p), last = load<uint64_t>(p + n - 8);
    store(to, first);
    store(to + n - 8, last);
  } else if (n >= 4) {
    const auto first = load<uint32_t>(p), last = load<uint32_t>(p + n - 4);
    store(to, first);
    store(to + n - 4, last);
  } else if (n > 0) {
    const char middle = p[n / 2], last = p[n - 1];
    to[0] = p[0];
    to[n / 2] = middle;
    to[n - 1] = last;
  }
  return to + n;
}

// [any]
inline bool same_bytes(Str a, Str b) noexcept {
  const size_t n = a.size();
  if (n != b.size()) return false;
  const char *const p = a.data(), *const q = b.data();
  if (n > 16) return std::memcmp(p, q, n) == 0;
  if (n >= 8)
    return ((load<uint64_t>(p) ^ load<uint64_t>(q)) | (load<uint64_t>(p + n - 8) ^ load<uint64_t>(q + n - 8))) == 0;
  if (n >= 4)
    return ((load<uint32_t>(p) ^ load<uint32_t>(q)) | (load<uint32_t>(p + n - 4) ^ load<uint32_t>(q + n - 4))) == 0;
  return n == 0 || (p[0] == q[0] && p[n / 2] == q[n / 2] && p[n - 1] == q[n - 1]);
}

}  // namespace keel
