// packed.h - a small ring as plain bytes that the server owns: capacity, then length and bytes of each member.
#pragma once
#include <cstdint>
#include <cstring>

#include "ring.h"

namespace ring {

inline constexpr size_t kPackedHead = 4;
inline constexpr size_t kMaxPacked = 512;  // bytes; above that a ring is an object

inline uint32_t read32(const char* p) noexcept {
  uint32_t n = 0;
  for (unsigned i = 0; i < 4; ++i) n |= static_cast<uint32_t>(static_cast<unsigned char>(p[i])) << (8 * i);
  return n;
}
inline void write32(char* p, uint32_t n) noexcept {
  for (unsigned i = 0; i < 4; ++i) p[i] = static_cast<char>(n >> (8 * i));
}

// Calls f(Str) for each member, oldest first. False: the bytes are malformed.
template <class F>
bool each_packed(Str bytes, F f) noexcept {
  if (bytes.size() < kPackedHead) return false;
  for (bytes.remove_prefix(kPackedHead); !bytes.empty();) {
    if (bytes.size() < 4) return false;
    const uint32_t n = read32(bytes.data());
    if (n > bytes.size() - 4) return false;
    f(bytes.substr(4, n));
    bytes.remove_prefix(4 + size_t{n});
  }
  return true;
}

}  // namespace ring
