#include "plugins/types/common/random.h"

#include <sys/random.h>

#include <cstdlib>

#include "plugins/types/common/element_hash.h"

namespace types {

HashKey hash_key{random_seed(), ~uint64_t{0}};

uint64_t random_seed() noexcept {
  uint64_t seed = 0;
  // Up to 256 bytes come whole, or not at all.
  if (::getrandom(&seed, sizeof seed, 0) != sizeof seed) std::abort();
  return seed;
}

uint64_t fast_random() noexcept {
  thread_local uint64_t state = random_seed();
  uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace types
