#include "plugins/types/hyperloglog/registers.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "plugins/types/hyperloglog/murmur.h"
#include "plugins/types/hyperloglog/registers_avx2.h"

namespace hyperloglog {
namespace {

// Eight registers of six bits, spread to one byte each.
constexpr uint64_t spread(uint64_t packed) noexcept {
  packed = (packed & 0x0000000000ffffff) | (packed & 0x0000ffffff000000) << 8;
  packed = (packed & 0x00000fff00000fff) | (packed & 0x00fff00000fff000) << 4;
  return (packed & 0x003f003f003f003f) | (packed & 0x0fc00fc00fc00fc0) << 2;
}
// And back.
constexpr uint64_t gather(uint64_t bytes) noexcept {
  bytes = (bytes & 0x003f003f003f003f) | (bytes & 0x3f003f003f003f00) >> 2;
  bytes = (bytes & 0x00000fff00000fff) | (bytes & 0x0fff00000fff0000) >> 4;
  return (bytes & 0x0000000000ffffff) | (bytes & 0x00ffffff00000000) >> 8;
}
static_assert(gather(spread(0x123456789abc)) == 0x123456789abc);

constexpr size_t kGroup = 8;  // registers
constexpr size_t kGroupBytes = kGroup * 6 / 8;

}  // namespace

uint8_t dense_get(const char* dense, size_t index) noexcept {
  const size_t bit = index * 6, byte = bit / 8, shift = bit % 8;
  unsigned both = static_cast<uint8_t>(dense[byte]);
  if (shift > 2) both |= static_cast<unsigned>(static_cast<uint8_t>(dense[byte + 1])) << 8;
  return static_cast<uint8_t>(both >> shift & 63);
}

void dense_set(char* dense, size_t index, uint8_t value) noexcept {
  const size_t bit = index * 6, byte = bit / 8, shift = bit % 8;
  const auto patch = [dense](size_t at, unsigned mask, unsigned bits) {
    dense[at] = static_cast<char>((static_cast<uint8_t>(dense[at]) & ~mask) | (bits & mask));
  };
  patch(byte, 63u << shift & 0xff, static_cast<unsigned>(value) << shift);
  if (shift > 2) patch(byte + 1, 63u >> (8 - shift), static_cast<unsigned>(value) >> (8 - shift));
}

void dense_merge(const char* dense, Registers& into) noexcept {
  for (size_t i = avx2::present() ? avx2::dense_merge(dense, into) : 0; i < kRegisters; i += kGroup) {
    uint64_t packed = 0;
    std::memcpy(&packed, dense + i / kGroup * kGroupBytes, kGroupBytes);
    const uint64_t theirs = spread(packed);
    for (size_t k = 0; k < kGroup; ++k) into[i + k] = std::max(into[i + k], static_cast<uint8_t>(theirs >> (8 * k)));
  }
}

void dense_write(const Registers& from, char* dense) noexcept {
  for (size_t i = 0; i < kRegisters; i += kGroup) {
    uint64_t bytes;
    std::memcpy(&bytes, from.data() + i, sizeof bytes);
    const uint64_t packed = gather(bytes);
    std::memcpy(dense + i / kGroup * kGroupBytes, &packed, kGroupBytes);
  }
}

Place place_of(std::string_view element) noexcept {
  constexpr uint64_t kSeed = 0xadc83b19;
  constexpr int kIndexBits = 14;
  const uint64_t hash = murmur_hash_64a(element, kSeed);
  const uint64_t rest = hash >> kIndexBits | uint64_t{1} << (kLongestRun - 1);  // so that the run ends
  return {hash % kRegisters, static_cast<uint8_t>(std::countr_zero(rest) + 1)};
}

}  // namespace hyperloglog
