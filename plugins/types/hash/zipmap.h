// plugins/types/hash/zipmap.h - Redis' zipmap, the form of small hashes in RDB files of Redis 2.4 and before: it is
// only read.  Source of the format: the description in Redis' documentation of RDB files.
//
//   count u8 (254 = not known) | pairs | 0xff
//
// A pair is the length of the field, the field, the length of the value, a byte that says how many bytes behind the
// value are unused, the value, these.  A length is a byte, or 254 and u32 (little-endian).
#pragma once
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace hashes {

// Untrusted bytes: f(field, value) for every pair while it returns true.  False = f did not, or the bytes are
// malformed.
template <class F>
bool each_of_zipmap(std::string_view bytes, F f) noexcept {
  constexpr unsigned char kLong = 254, kEnd = 255;
  if (bytes.empty()) return false;
  const auto claimed = static_cast<unsigned char>(bytes[0]);
  bytes.remove_prefix(1);
  const auto length = [&bytes]() -> std::optional<size_t> {
    if (bytes.empty()) return std::nullopt;
    size_t n = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    if (n < kLong) return n;
    if (n > kLong || bytes.size() < 4) return std::nullopt;
    n = 0;
    for (unsigned i = 0; i < 4; ++i) n |= static_cast<size_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    bytes.remove_prefix(4);
    return n;
  };
  size_t pairs = 0;
  while (!bytes.empty() && static_cast<unsigned char>(bytes[0]) != kEnd) {
    const auto field_size = length();
    if (!field_size || *field_size > bytes.size()) return false;
    const std::string_view field = bytes.substr(0, *field_size);
    bytes.remove_prefix(*field_size);
    const auto value_size = length();
    if (!value_size || bytes.empty()) return false;
    const size_t unused = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    if (*value_size > bytes.size() || unused > bytes.size() - *value_size) return false;
    const std::string_view value = bytes.substr(0, *value_size);
    bytes.remove_prefix(*value_size + unused);
    if (!f(field, value)) return false;
    ++pairs;
  }
  return bytes.size() == 1 && (claimed >= kLong || claimed == pairs);
}

}  // namespace hashes
