// keel/cpp/digest.hpp - SHA-1 (FIPS 180-4), and the way DEBUG DIGEST mixes the parts of a value with it.  It tells data
// apart and protects nothing.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace keel {

using Digest = std::array<uint8_t, 20>;

namespace detail {

class Sha1 {
 public:
  static constexpr size_t kBlock = 64;

  void add_block(const uint8_t* block) noexcept {
    std::array<uint32_t, 80> w;
    for (size_t i = 0; i < 16; ++i) w[i] = word_at(block + 4 * i);
    for (size_t i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);

    uint32_t a = state_[0], b = state_[1], c = state_[2], d = state_[3], e = state_[4];
    const auto step = [&](uint32_t f, uint32_t k, uint32_t word) {
      const uint32_t next = std::rotl(a, 5) + f + e + k + word;
      e = d;
      d = c;
      c = std::rotl(b, 30);
      b = a;
      a = next;
    };
    for (size_t i = 0; i < 20; ++i) step((b & c) | (~b & d), 0x5a827999, w[i]);
    for (size_t i = 20; i < 40; ++i) step(b ^ c ^ d, 0x6ed9eba1, w[i]);
    for (size_t i = 40; i < 60; ++i) step((b & c) | (b & d) | (c & d), 0x8f1bbcdc, w[i]);
    for (size_t i = 60; i < 80; ++i) step(b ^ c ^ d, 0xca62c1d6, w[i]);
    const uint32_t sums[] = {a, b, c, d, e};
    for (size_t i = 0; i < state_.size(); ++i) state_[i] += sums[i];
  }
  Digest digest() const noexcept {
    Digest out;
    for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
    return out;
  }

 private:
  static uint32_t word_at(const uint8_t* p) noexcept {
    return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | uint32_t{p[3]};
  }

  std::array<uint32_t, 5> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
};

}  // namespace detail

inline Digest sha1(std::string_view bytes) noexcept {
  constexpr size_t kBlock = detail::Sha1::kBlock;
  detail::Sha1 hash;
  const auto* p = reinterpret_cast<const uint8_t*>(bytes.data());
  size_t left = bytes.size();
  for (; left >= kBlock; left -= kBlock, p += kBlock) hash.add_block(p);

  // The tail: what is left, a one bit, zeros, and the length in bits; in one block or two.
  std::array<uint8_t, 2 * kBlock> tail{};
  if (left > 0) std::memcpy(tail.data(), p, left);
  tail[left] = 0x80;
  const size_t size = left + 9 <= kBlock ? kBlock : 2 * kBlock;
  const uint64_t bits = uint64_t{bytes.size()} * 8;
  for (size_t i = 0; i < 8; ++i) tail[size - 1 - i] = static_cast<uint8_t>(bits >> (8 * i));
  for (size_t at = 0; at < size; at += kBlock) hash.add_block(tail.data() + at);
  return hash.digest();
}

inline std::string_view as_text(const Digest& d) noexcept {
  return {reinterpret_cast<const char*>(d.data()), d.size()};
}

// Order does not matter: digest ^= SHA1(part).  For the members of a set, and the keys of a database.
inline void digest_add(Digest& digest, std::string_view part) noexcept {
  const Digest other = sha1(part);
  for (size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<uint8_t>(digest[i] ^ other[i]);
}

// Order matters: digest = SHA1(digest ^ SHA1(part)).
inline void digest_mix(Digest& digest, std::string_view part) noexcept {
  digest_add(digest, part);
  digest = sha1(as_text(digest));
}

// keel_type.digest: what the caller has begun goes on with the number that the type has in Redis, and with what
// mix(Digest&) adds.
template <class F>
void digest_value(uint8_t out[20], char type_number, F mix) noexcept {
  Digest digest;
  std::memcpy(digest.data(), out, digest.size());
  const char number[] = {0, 0, 0, type_number};  // in network order
  digest_mix(digest, {number, sizeof number});
  mix(digest);
  std::memcpy(out, digest.data(), digest.size());
}

}  // namespace keel
