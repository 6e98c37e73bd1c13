// plugins/types/common/element.h - one element of a set or hash as bytes inside a segment.
//
//   [length of the key] [length of the value: pairs only] [expiry: 8 bytes, when marked] key value
//
// Lengths take 7 bits a byte, lowest first, the top bit says that more follow.  An element longer than kLongestInline
// lies in a block of its own, and the segment holds its address.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

namespace types {

enum class Form : uint8_t { kMembers, kPairs };  // of a set; of a hash

struct Element {         // views are valid until the table changes
  std::string_view key;  // the member, or the field
  std::string_view value;
  int64_t expire_ms = -1;  // Unix time; -1 = none
};

namespace element {

inline constexpr size_t kLongestInline = 512;  // bytes of key and value; an eighth of the biggest segment
inline constexpr size_t kExpiry = 8;           // bytes

inline size_t length_size(size_t n) noexcept {
  size_t size = 1;
  for (; n >= 128; n >>= 7) ++size;
  return size;
}
inline char* write_length(char* to, size_t n) noexcept {
  for (; n >= 128; n >>= 7) *to++ = static_cast<char>(n | 128);
  *to++ = static_cast<char>(n);
  return to;
}
inline const char* read_length(const char* from, size_t& n) noexcept {
  n = static_cast<unsigned char>(*from++);
  if (n < 128) [[likely]]
    return from;
  n &= 127;
  for (unsigned shift = 7;; shift += 7) {
    const auto more = static_cast<unsigned char>(*from++);
    n |= static_cast<size_t>(more & 127) << shift;
    if (more < 128) return from;
  }
}

// Bytes that write() writes.
inline size_t size(const Element& e, Form form) noexcept {
  size_t n = length_size(e.key.size()) + e.key.size();
  if (form == Form::kPairs) n += length_size(e.value.size()) + e.value.size();
  return n + (e.expire_ms >= 0 ? kExpiry : 0);
}

inline void write(char* to, const Element& e, Form form) noexcept {
  to = write_length(to, e.key.size());
  if (form == Form::kPairs) to = write_length(to, e.value.size());
  if (e.expire_ms >= 0) {
    std::memcpy(to, &e.expire_ms, kExpiry);
    to += kExpiry;
  }
  if (!e.key.empty()) std::memcpy(to, e.key.data(), e.key.size());
  if (!e.value.empty()) std::memcpy(to + e.key.size(), e.value.data(), e.value.size());
}

// `end` is the first byte behind it.
inline Element read(const char* from, Form form, bool expires, const char*& end) noexcept {
  Element e;
  size_t key = 0, value = 0;
  from = read_length(from, key);
  if (form == Form::kPairs) from = read_length(from, value);
  if (expires) {
    std::memcpy(&e.expire_ms, from, kExpiry);
    from += kExpiry;
  }
  e.key = {from, key};
  e.value = {from + key, value};
  end = from + key + value;
  return e;
}

}  // namespace element
}  // namespace types
