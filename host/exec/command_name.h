// host/exec/command_name.h - the name of a command as the index of commands compares it: two words and a length, equal
// for names that differ in case alone.
#pragma once
#include <bit>
#include <cstdint>
#include <string_view>

#include "keel/cpp/bytes.hpp"

namespace keel::exec {

static_assert(std::endian::native == std::endian::little);

// [any] A name of at most kLongest bytes, in lower case (ASCII).
struct CommandName {
  static constexpr size_t kLongest = 16;

  explicit CommandName(std::string_view name) noexcept : length(name.size()) {
    const char* p = name.data();
    if (length >= 8) {
      low = lower(load<uint64_t>(p));
      // The last eight bytes, without those that are in `low`; the two shifts are one that may be of 64 bits.
      high = lower(load<uint64_t>(p + length - 8) >> (4 * (16 - length)) >> (4 * (16 - length)));
    } else if (length >= 4) {
      low = lower(load<uint32_t>(p) | uint64_t{load<uint32_t>(p + length - 4)} << (8 * (length - 4)));
    } else if (length > 0) {
      const auto byte = [&](size_t i) { return uint64_t{static_cast<unsigned char>(p[i])} << (8 * i); };
      low = lower(byte(0) | byte(length / 2) | byte(length - 1));
    }
  }
  bool operator==(const CommandName&) const noexcept = default;
  uint64_t hash() const noexcept {
    const uint64_t x = (low ^ std::rotl(high, 29)) * 0x9e3779b97f4a7c15;
    return x ^ (x >> 29);
  }

  uint64_t low = 0, high = 0;
  uint64_t length;  // a name may end with a zero

 private:
  // Sets bit 5 of every byte from 'A' to 'Z'. Sums of seven bits stay within their byte; bit 7 tells who got there.
  static constexpr uint64_t lower(uint64_t word) noexcept {
    constexpr uint64_t kEach = 0x0101010101010101, kTop = kEach << 7;
    const uint64_t seven = word & ~kTop;
    const uint64_t from_a = seven + kEach * (0x80 - 'A'), beyond_z = seven + kEach * (0x80 - 'Z' - 1);
    return word | ((from_a & ~beyond_z & ~word & kTop) >> 2);
  }
};

}  // namespace keel::exec
