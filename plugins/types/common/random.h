// plugins/types/common/random.h - random numbers that only need to spread: drawing elements.
#pragma once
#include <cstddef>
#include <cstdint>

namespace types {

// Commands that draw with repetition (SRANDMEMBER and HRANDFIELD with a negative count) repeat at most so often: the
// size of the value does not bound their reply.
inline constexpr int64_t kMostRepeats = int64_t{1} << 24;

// [any] 64 bits from the kernel's generator.
uint64_t random_seed() noexcept;

// [any] Fast, spread evenly, predictable (splitmix64, Steele, Lea, Flood 2014; state per thread).
uint64_t fast_random() noexcept;

// [any] 0 .. below-1.
inline uint64_t fast_random_below(uint64_t below) noexcept {
  __extension__ using Wide = unsigned __int128;
  return static_cast<uint64_t>((static_cast<Wide>(fast_random()) * below) >> 64);
}

// Picks n of `of` elements in one walk, n at most `of`, each with the same chance: Knuth, TAOCP 2, algorithm S.
class Selection {
 public:
  Selection(uint64_t of, uint64_t n) noexcept : left_(of), wanted_(n) {}
  // Whether the next element is one of them.
  bool takes_next() noexcept {
    if (fast_random_below(left_--) >= wanted_) return false;
    --wanted_;
    return true;
  }
  bool whole() const noexcept { return wanted_ == 0; }

 private:
  uint64_t left_, wanted_;
};

}  // namespace types
