#include "plugins/types/bitmap/bits_avx2.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace bitmap::avx2 {

#if defined(__x86_64__)
namespace {

constexpr size_t kBlock = sizeof(__m256i), kStep = 2 * kBlock;

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
[[gnu::target("avx2")]] inline void combine_all(const char* const* sources, size_t count, char* into, size_t from,
                                                size_t end, Order order) noexcept {
  const size_t step = order == Order::kAscending ? kStep : size_t{0} - kStep;
  size_t i = order == Order::kAscending ? from : end - kStep;
  for (size_t left = (end - from) / kStep; left > 0; --left, i += step) combine_at<kOperation>(sources, count, into, i);
}

// One and two sources, the ordinary numbers, are held in registers: what is stored could be their addresses otherwise.
template <Operation kOperation>
[[gnu::target("avx2")]] size_t combine_as(const char* const* sources, size_t count, char* into, size_t from, size_t end,
                                          Order order) noexcept {
  end -= (end - from) % kStep;
  if (count == 1) {
    const char* const one[] = {sources[0]};
    combine_all<kOperation>(one, 1, into, from, end, order);
  } else if (count == 2) {
    const char* const two[] = {sources[0], sources[1]};
    combine_all<kOperation>(two, 2, into, from, end, order);
  } else {
    combine_all<kOperation>(sources, count, into, from, end, order);
  }
  return end;
}

// How many ones each eight bytes of a block have: those of each half byte by a table in a register, summed up by the
// instruction for differences.
[[gnu::target("avx2")]] inline __m256i ones_of(__m256i block) noexcept {
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i half = _mm256_set1_epi8(15);
  const __m256i low = _mm256_and_si256(block, half), high = _mm256_and_si256(_mm256_srli_epi16(block, 4), half);
  const __m256i counts = _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high));
  return _mm256_sad_epu8(counts, _mm256_setzero_si256());
}
[[gnu::target("avx2")]] inline uint64_t sum_of(__m256i four) noexcept {
  return static_cast<uint64_t>(_mm256_extract_epi64(four, 0)) + static_cast<uint64_t>(_mm256_extract_epi64(four, 1)) +
         static_cast<uint64_t>(_mm256_extract_epi64(four, 2)) + static_cast<uint64_t>(_mm256_extract_epi64(four, 3));
}

constexpr size_t kSixteen = 16 * kBlock;

// For each bit of a block a binary number of how often it was one, so that only one block in sixteen has to be counted
// (Harley and Seal; W. Mula, N. Kurz, D. Lemire, "Faster Population Counts Using AVX2 Instructions", 2016).
class Counter {
 public:
  // Takes sixteen blocks in; returns the bits that carry, each of them sixteen ones.
  [[gnu::target("avx2")]] inline __m256i add_sixteen(const char* at) noexcept {
    const __m256i low = add_eight(at), high = add_eight(at + kSixteen / 2);
    return carry(eights_, low, high);
  }
  // The ones that have not carried.
  [[gnu::target("avx2")]] inline uint64_t ones() const noexcept {
    return sum_of(ones_of(ones_)) + 2 * sum_of(ones_of(twos_)) + 4 * sum_of(ones_of(fours_)) +
           8 * sum_of(ones_of(eights_));
  }

 private:
  // One place of the numbers with two more added: it keeps their sum and returns what carries.
  [[gnu::target("avx2")]] static inline __m256i carry(__m256i& place, __m256i a, __m256i b) noexcept {
    const __m256i differ = _mm256_xor_si256(a, b);  // which does not wait for the place
    const __m256i out = _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(differ, place));
    place = _mm256_xor_si256(differ, place);
    return out;
  }
  [[gnu::target("avx2")]] inline __m256i add_two(const char* at) noexcept {
    return carry(ones_, load(at), load(at + kBlock));
  }
  [[gnu::target("avx2")]] inline __m256i add_four(const char* at) noexcept {
    const __m256i low = add_two(at), high = add_two(at + 2 * kBlock);
    return carry(twos_, low, high);
  }
  [[gnu::target("avx2")]] inline __m256i add_eight(const char* at) noexcept {
    const __m256i low = add_four(at), high = add_four(at + 4 * kBlock);
    return carry(fours_, low, high);
  }

  __m256i ones_{}, twos_{}, fours_{}, eights_{};
};

}  // namespace

bool present() noexcept {
  static const bool yes = __builtin_cpu_supports("avx2") != 0;
  return yes;
}

[[gnu::target("avx2")]] uint64_t count_ones(const char* bytes, size_t n) noexcept {
  uint64_t sum = 0;
  size_t i = 0;
  if (n >= kSixteen) {
    __m256i sixteens = _mm256_setzero_si256();
    Counter counter;
    for (; i + kSixteen <= n; i += kSixteen)
      sixteens = _mm256_add_epi64(sixteens, ones_of(counter.add_sixteen(bytes + i)));
    sum = 16 * sum_of(sixteens) + counter.ones();
  }
  __m256i rest = _mm256_setzero_si256();
  for (; i + kBlock <= n; i += kBlock) rest = _mm256_add_epi64(rest, ones_of(load(bytes + i)));
  return sum + sum_of(rest);
}

size_t combine(Operation operation, const char* const* sources, size_t count, char* into, size_t from, size_t end,
               Order order) noexcept {
  switch (operation) {
    case Operation::kAnd:
      return combine_as<Operation::kAnd>(sources, count, into, from, end, order);
    case Operation::kOr:
      return combine_as<Operation::kOr>(sources, count, into, from, end, order);
    case Operation::kXor:
      return combine_as<Operation::kXor>(sources, count, into, from, end, order);
    case Operation::kNot:
      return combine_as<Operation::kNot>(sources, count, into, from, end, order);
  }
  return from;
}

#else

bool present() noexcept {
  return false;
}
uint64_t count_ones(const char*, size_t) noexcept {
  return 0;
}
size_t combine(Operation, const char* const*, size_t, char*, size_t from, size_t, Order) noexcept {
  return from;
}

#endif

}  // namespace bitmap::avx2
