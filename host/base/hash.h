// host/base/hash.h - the keyed hash of key names.  The secret is drawn at start, so that nobody can prepare keys that
// fall into one bucket.
#pragma once
#include <cstdint>
#include <string_view>

namespace keel::base {

// [any] XXH3, 64 bits, with this process' secret.
uint64_t hash_bytes(std::string_view bytes) noexcept;

}  // namespace keel::base
