#include "plugins/types/bitmap/bits.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace bitmap {
namespace {

uint64_t load(const char* from) noexcept {
  uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// Four counters, so that no addition waits for the one before.
template <class Popcount>
[[gnu::always_inline]] inline uint64_t count_words(const char*& at, const char* end, Popcount popcount) noexcept {
  uint64_t n[4] = {};
  for (; end - at >= 32; at += 32)
    for (int i = 0; i < 4; ++i) n[i] += popcount(load(at + 8 * i));
  return n[0] + n[1] + n[2] + n[3];
}

uint64_t count_anywhere(const char*& at, const char* end) noexcept {
  return count_words(at, end, [](uint64_t w) { return static_cast<uint64_t>(std::popcount(w)); });
}

#if defined(__x86_64__)
// The instruction, which the baseline of x86-64 lacks.
[[gnu::target("popcnt")]] uint64_t count_by_instruction(const char*& at, const char* end) noexcept {
  uint64_t n[4] = {};
  for (; end - at >= 32; at += 32)
    for (int i = 0; i < 4; ++i) n[i] += static_cast<uint64_t>(__builtin_popcountll(load(at + 8 * i)));
  return n[0] + n[1] + n[2] + n[3];
}
const bool kHasInstruction = __builtin_cpu_supports("popcnt") != 0;
#endif

// The bits of one byte in the order of SETBIT, as the highest byte of a word.
uint64_t in_order(uint64_t word) noexcept {
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

using Vector [[gnu::vector_size(32)]] = uint64_t;

template <class Combine>
[[gnu::always_inline]] inline void combine_words(char* into, const char* with, size_t n, Combine op) noexcept {
  size_t i = 0;
  for (; i + sizeof(Vector) <= n; i += sizeof(Vector)) {
    Vector a, b;
    std::memcpy(&a, into + i, sizeof a);
    std::memcpy(&b, with + i, sizeof b);
    op(a, b);
    std::memcpy(into + i, &a, sizeof a);
  }
  for (; i < n; ++i) {
    auto a = static_cast<uint8_t>(into[i]);
    op(a, static_cast<uint8_t>(with[i]));
    into[i] = static_cast<char>(a);
  }
}

}  // namespace

uint64_t count_ones(std::string_view bytes) noexcept {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
#if defined(__x86_64__)
  uint64_t n = kHasInstruction ? count_by_instruction(at, end) : count_anywhere(at, end);
#else
  uint64_t n = count_anywhere(at, end);
#endif
  for (; at < end; ++at) n += static_cast<uint64_t>(std::popcount(static_cast<uint8_t>(*at)));
  return n;
}

uint64_t find_bit(std::string_view bytes, bool bit, uint64_t from, uint64_t end) noexcept {
  const uint64_t flip = bit ? 0 : ~uint64_t{0};  // what is searched for is one from here on
  while (from < end) {
    const size_t byte = from / 8;
    uint64_t word = 0;
    const size_t have = std::min<size_t>(8, bytes.size() - byte);
    std::memcpy(&word, bytes.data() + byte, have);
    word = (in_order(word) ^ flip) << (from % 8);
    const auto zeros = static_cast<uint64_t>(std::countl_zero(word));
    const uint64_t seen = 8 * have - from % 8;
    if (zeros < seen) return std::min(from + zeros, end);
    from += seen;
  }
  return end;
}

void combine(Operation operation, char* into, const char* with, size_t n) noexcept {
  switch (operation) {
    case Operation::kAnd:
      return combine_words(into, with, n, [](auto& a, auto b) { a &= b; });
    case Operation::kOr:
      return combine_words(into, with, n, [](auto& a, auto b) { a |= b; });
    case Operation::kXor:
      return combine_words(into, with, n, [](auto& a, auto b) { a ^= b; });
  }
}

void invert(char* into, size_t n) noexcept {
  for (size_t i = 0; i < n; ++i) into[i] = static_cast<char>(~into[i]);
}

}  // namespace bitmap
