#include "host/base/hash.h"

#include <array>

#define XXH_INLINE_ALL
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <xxhash.h>
#pragma GCC diagnostic pop

#include "host/base/random.h"

namespace keel::base {
namespace {

struct Secret {
  std::array<char, XXH3_SECRET_DEFAULT_SIZE> bytes;
  Secret() { fill_random(bytes.data(), bytes.size()); }
};
const Secret g_secret;

}  // namespace

uint64_t hash_bytes(std::string_view bytes) noexcept {
  return XXH3_64bits_withSecret(bytes.data(), bytes.size(), g_secret.bytes.data(), g_secret.bytes.size());
}

}  // namespace keel::base
