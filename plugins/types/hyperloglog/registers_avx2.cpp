#include "plugins/types/hyperloglog/registers_avx2.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace hyperloglog::avx2 {

#if defined(__x86_64__)

namespace {

// The register of that number of each word, in the byte of that number.
template <int kNumber>
[[gnu::target("avx2")]] inline __m256i field(__m256i words) noexcept {
  return _mm256_and_si256(_mm256_slli_epi32(words, 2 * kNumber), _mm256_set1_epi32(0x3f << (8 * kNumber)));
}

}  // namespace

bool present() noexcept {
  static const bool yes = __builtin_cpu_supports("avx2") != 0;
  return yes;
}

[[gnu::target("avx2")]] size_t dense_merge(const char* dense, Registers& into) noexcept {
  constexpr size_t kStep = 32, kLane = 12;  // registers; bytes that half of them take
  // Three bytes, which are four registers, into each word of 32 bits.
  const __m256i apart = _mm256_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1,  //
                                         0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
  size_t i = 0;
  // A lane loads 16 bytes and uses 12: the last registers are left to the caller, so that nothing beyond is read.
  for (; i + 2 * kStep <= kRegisters; i += kStep) {
    const char* at = dense + i / kStep * 2 * kLane;
    const __m256i packed =
        _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))),
                                _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + kLane)), 1);
    const __m256i words = _mm256_shuffle_epi8(packed, apart);
    const __m256i theirs = _mm256_or_si256(_mm256_or_si256(field<0>(words), field<1>(words)),
                                           _mm256_or_si256(field<2>(words), field<3>(words)));
    auto* mine = reinterpret_cast<__m256i*>(into.data() + i);
    _mm256_storeu_si256(mine, _mm256_max_epu8(_mm256_loadu_si256(mine), theirs));
  }
  return i;
}

#else

bool present() noexcept {
  return false;
}
size_t dense_merge(const char*, Registers&) noexcept {
  return 0;
}

#endif

}  // namespace hyperloglog::avx2
