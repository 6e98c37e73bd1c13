#include "plugins/types/bitmap/bits_avx2.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace bitmap::avx2 {

#if defined(__x86_64__)
namespace {

constexpr size_t kBlock = sizeof(__m256i);

[[gnu::target("avx2")]] inline __m256i load(const char* from) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}
[[gnu::target("avx2")]] inline void store(char* to, __m256i v) noexcept {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v);
}

template <Operation kOperation>
[[gnu::target("avx2")]] inline __m256i apply(__m256i a, __m256i b) noexcept {
  if constexpr (kOperation == Operation::kAnd) return _mm256_and_si256(a, b);
  if constexpr (kOperation == Operation::kOr) return _mm256_or_si256(a, b);
  return _mm256_xor_si256(a, b);
}

// Of the sources, two blocks at `i`, combined: two blocks, so that a loop over the sources is paid for once in 64
// bytes.
template <Operation kOperation>
[[gnu::target("avx2")]] inline void combine_at(const char* const* sources, size_t count, char* into,
                                               size_t i) noexcept {
  __m256i low = load(sources[0] + i), high = load(sources[0] + i + kBlock);
  if constexpr (kOperation == Operation::kNot) {
    low = apply<kOperation>(low, _mm256_set1_epi8(-1));
    high = apply<kOperation>(high, _mm256_set1_epi8(-1));
  }
  for (size_t s = 1; s < count; ++s) {
    low = apply<kOperation>(low, load(sources[s] + i));
    high = apply<kOperation>(high, load(sources[s] + i + kBlock));
  }
  store(into + i, low);
  store(into + i + kBlock, high);
}

template <Operation kOperation>
[[gnu::target("avx2")]] inline void combine_all(const char* const* sources, size_t count, char* into, size_t n,
                                                Order order) noexcept {
  constexpr size_t kStep = 2 * kBlock;
  const size_t step = order == Order::kAscending ? kStep : size_t{0} - kStep;
  size_t i = order == Order::kAscending ? 0 : n - kStep;
  for (size_t left = n / kStep; left > 0; --left, i += step) combine_at<kOperation>(sources, count, into, i);
}

// One and two sources, the ordinary numbers, are held in registers: what is stored could be their addresses otherwise.
template <Operation kOperation>
[[gnu::target("avx2")]] size_t combine_as(const char* const* sources, size_t count, char* into, size_t n,
                                          Order order) noexcept {
  n -= n % (2 * kBlock);
  if (count == 1) {
    const char* const one[] = {sources[0]};
    combine_all<kOperation>(one, 1, into, n, order);
  } else if (count == 2) {
    const char* const two[] = {sources[0], sources[1]};
    combine_all<kOperation>(two, 2, into, n, order);
  } else {
    combine_all<kOperation>(sources, count, into, n, order);
  }
  return n;
}

}  // namespace

bool present() noexcept {
  static const bool yes = __builtin_cpu_supports("avx2") != 0;
  return yes;
}

// The ones of each half byte by a table in a register, summed up by the instruction for differences (W. Mula, "Faster
// population counts using AVX2 instructions", 2016).
[[gnu::target("avx2")]] uint64_t count_ones(const char* bytes, size_t n) noexcept {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i half = _mm256_set1_epi8(15);
  const __m256i zero = _mm256_setzero_si256();
  __m256i sum = zero;
  constexpr size_t kMost = 31;  // blocks whose counts of 8 at most fit into a byte
  for (size_t i = 0; i + kBlock <= n;) {
    __m256i counts = zero;
    for (size_t k = 0; k < kMost && i + kBlock <= n; ++k, i += kBlock) {
      const __m256i block = load(bytes + i);
      const __m256i low = _mm256_and_si256(block, half), high = _mm256_and_si256(_mm256_srli_epi16(block, 4), half);
      counts = _mm256_add_epi8(counts, _mm256_shuffle_epi8(table, low));
      counts = _mm256_add_epi8(counts, _mm256_shuffle_epi8(table, high));
    }
    sum = _mm256_add_epi64(sum, _mm256_sad_epu8(counts, zero));
  }
  return static_cast<uint64_t>(_mm256_extract_epi64(sum, 0)) + static_cast<uint64_t>(_mm256_extract_epi64(sum, 1)) +
         static_cast<uint64_t>(_mm256_extract_epi64(sum, 2)) + static_cast<uint64_t>(_mm256_extract_epi64(sum, 3));
}

size_t combine(Operation operation, const char* const* sources, size_t count, char* into, size_t n,
               Order order) noexcept {
  switch (operation) {
    case Operation::kAnd:
      return combine_as<Operation::kAnd>(sources, count, into, n, order);
    case Operation::kOr:
      return combine_as<Operation::kOr>(sources, count, into, n, order);
    case Operation::kXor:
      return combine_as<Operation::kXor>(sources, count, into, n, order);
    case Operation::kNot:
      return combine_as<Operation::kNot>(sources, count, into, n, order);
  }
  return 0;
}

#else

bool present() noexcept {
  return false;
}
uint64_t count_ones(const char*, size_t) noexcept {
  return 0;
}
size_t combine(Operation, const char* const*, size_t, char*, size_t, Order) noexcept {
  return 0;
}

#endif

}  // namespace bitmap::avx2
