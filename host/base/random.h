// host/base/random.h - random numbers: from the kernel where they must not be guessed, fast where they need only
// spread.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace keel::base {

// [any] Bytes from the kernel's generator; aborts when there is none.
void fill_random(void* to, size_t n);

// [any] n characters of 0-9a-f, from the kernel's generator: run ids, replication ids.
std::string random_hex(size_t n);

// [any] Fast, spread evenly, predictable: sampling only. (splitmix64, Steele, Lea, Flood 2014; state per thread)
uint64_t fast_random() noexcept;

// [any] 0 .. below-1.
inline uint64_t fast_random_below(uint64_t below) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>((static_cast<Wide>(fast_random()) * below) >> 64);
}

}  // namespace keel::base
