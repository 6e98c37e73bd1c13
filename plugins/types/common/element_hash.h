// plugins/types/common/element_hash.h - the keyed hash by which elements of sets and hashes are placed: XXH3 with a
// seed drawn at start, so that nobody can prepare elements that fall into one segment.
#pragma once
#include <cstdint>
#include <string_view>

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <xxhash.h>
#pragma GCC diagnostic pop

namespace types {

struct HashKey {
  uint64_t seed;
  uint64_t mask;  // all ones; tests leave bits out to make elements collide
};
extern HashKey hash_key;  // drawn when the library is loaded; constant from then on

inline uint64_t element_hash(std::string_view text) noexcept {
  return XXH3_64bits_withSeed(text.data(), text.size(), hash_key.seed) & hash_key.mask;
}

}  // namespace types
