// host/base/bits.h - find a byte in a word.
#pragma once
#include <bit>
#include <cstdint>

namespace keel::base {

// Bit 7 of every byte of `word` that equals `byte`; a byte above a match may be flagged wrongly, so the caller
// verifies.
inline uint64_t match_byte(uint64_t word, uint8_t byte) noexcept {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t x = word ^ (kOnes * byte);
  return (x - kOnes) & ~x & (kOnes << 7);
}
// Index of the lowest flagged byte.
inline unsigned first_byte(uint64_t flags) noexcept {
  return static_cast<unsigned>(std::countr_zero(flags)) >> 3;
}

}  // namespace keel::base
