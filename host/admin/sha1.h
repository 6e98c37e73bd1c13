// host/admin/sha1.h - SHA-1 (FIPS 180-4), for DEBUG DIGEST: it tells data apart, it protects nothing.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace keel::admin {

using Digest = std::array<uint8_t, 20>;

Digest sha1(std::string_view bytes);

// A digest with the digest of `bytes` put into it, so that the order of such steps does not matter...
void digest_add(Digest& to, std::string_view bytes);
// ... and so that it does.
void digest_append(Digest& to, std::string_view bytes);

std::string_view as_text(const Digest& d) noexcept;

}  // namespace keel::admin
