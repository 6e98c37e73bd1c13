#include "plugins/types/bitmap/bits.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "plugins/types/bitmap/bits_avx2.h"

namespace bitmap {
namespace {

constexpr size_t kWord = sizeof(uint64_t), kLine = 64;

uint64_t load(const char* from) noexcept {
  uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// The first byte as the highest: so bits stand in the order in which SETBIT counts them.
uint64_t in_order(uint64_t word) noexcept {
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

template <class Unit>
Unit combined(Operation operation, Unit a, Unit b) noexcept {
  switch (operation) {
    case Operation::kAnd:
      return static_cast<Unit>(a & b);
    case Operation::kOr:
      return static_cast<Unit>(a | b);
    case Operation::kXor:
    case Operation::kNot:
      break;
  }
  return static_cast<Unit>(a ^ b);
}

// From byte `from` on, a word or a byte at a time.
template <class Unit>
size_t combine_units(Operation operation, const char* const* sources, size_t count, char* into, size_t from,
                     size_t n) noexcept {
  for (; from + sizeof(Unit) <= n; from += sizeof(Unit)) {
    Unit sum;
    std::memcpy(&sum, sources[0] + from, sizeof sum);
    if (operation == Operation::kNot) sum = combined(operation, sum, static_cast<Unit>(~Unit{0}));
    for (size_t s = 1; s < count; ++s) {
      Unit next;
      std::memcpy(&next, sources[s] + from, sizeof next);
      sum = combined(operation, sum, next);
    }
    std::memcpy(into + from, &sum, sizeof sum);
  }
  return from;
}

}  // namespace

uint64_t count_ones(std::string_view bytes) noexcept {
  constexpr size_t kBlock = 32;
  uint64_t n = 0;
  if (avx2::present() && bytes.size() >= kBlock) {
    n = avx2::count_ones(bytes.data(), bytes.size());
    bytes.remove_prefix(bytes.size() / kBlock * kBlock);
  }
  for (; bytes.size() >= kWord; bytes.remove_prefix(kWord))
    n += static_cast<uint64_t>(std::popcount(load(bytes.data())));
  for (const char c : bytes) n += static_cast<uint64_t>(std::popcount(static_cast<uint8_t>(c)));
  return n;
}

uint64_t find_bit(std::string_view bytes, bool bit, uint64_t from, uint64_t end) noexcept {
  const uint64_t flip = bit ? 0 : ~uint64_t{0};  // what is searched for is one from here on
  while (from < end) {
    const size_t byte = from / 8;
    if (from % 8 == 0)  // four words at once, as long as nothing is in them
      for (; bytes.size() - from / 8 >= 4 * kWord; from += 4 * kWord * 8) {
        const char* at = bytes.data() + from / 8;
        if (((load(at) ^ flip) | (load(at + 8) ^ flip) | (load(at + 16) ^ flip) | (load(at + 24) ^ flip)) != 0) break;
      }
    if (from / 8 != byte) continue;
    uint64_t word = 0;
    const size_t have = std::min(kWord, bytes.size() - byte);
    std::memcpy(&word, bytes.data() + byte, have);
    word = (in_order(word) ^ flip) << (from % 8);
    const auto zeros = static_cast<uint64_t>(std::countl_zero(word));
    const uint64_t seen = 8 * have - from % 8;
    if (zeros < seen) return std::min(from + zeros, end);
    from += seen;
  }
  return end;
}

void combine(Operation operation, const char* const* sources, size_t count, char* into, size_t n,
             Order order) noexcept {
  const auto singly = [&](size_t from, size_t end) {
    from = combine_units<uint64_t>(operation, sources, count, into, from, end);
    combine_units<uint8_t>(operation, sources, count, into, from, end);
  };
  // The blocks begin where a line of the cache does in the result, and as a rule, being long strings too, in the
  // sources.
  const size_t first = std::min(n, (kLine - reinterpret_cast<uintptr_t>(into) % kLine) % kLine);
  singly(0, first);
  singly(avx2::present() ? avx2::combine(operation, sources, count, into, first, n, order) : first, n);
}

}  // namespace bitmap
