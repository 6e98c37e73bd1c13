// plugins/types/common/sha1.h - SHA-1, and the way DEBUG DIGEST mixes the parts of a value with it.  Not for secrets.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace types {

using Digest = std::array<uint8_t, 20>;

Digest sha1(std::string_view bytes) noexcept;

// Order does not matter: digest ^= SHA1(part).
void digest_add(Digest& digest, std::string_view part) noexcept;
// Order matters: digest = SHA1(digest ^ SHA1(part)).
void digest_mix(Digest& digest, std::string_view part) noexcept;

}  // namespace types
