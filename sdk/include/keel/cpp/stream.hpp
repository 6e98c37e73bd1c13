// keel/cpp/stream.hpp - checked reading and writing of the byte streams that types are saved to and loaded from.
#pragma once
#include <algorithm>
#include <string_view>

#include "keel/cpp/text.hpp"
#include "keel/type.h"

namespace keel {

// Writes through the cursor of a sink; the first failure is latched.
class Writer {
 public:
  explicit Writer(keel_sink& s) noexcept : s_(s) {}
  bool ok() const noexcept { return status_ == KEEL_OK; }
  keel_status status() const noexcept { return status_; }

  void bytes(Str b) noexcept {
    while (ok() && !b.empty()) {
      if (s_.cur == s_.end) status_ = s_.more(&s_, 1);
      if (!ok()) return;
      const size_t n = std::min(b.size(), static_cast<size_t>(s_.end - s_.cur));
      memcpy(s_.cur, b.data(), n);
      s_.cur += n;
      b.remove_prefix(n);
    }
  }
  void byte(uint8_t b) noexcept {
    const char c = static_cast<char>(b);
    bytes({&c, 1});
  }
  // RDB's length: 6 bits, 14 bits, 32 or 64 bits in network order.
  void length(uint64_t n) noexcept {
    char b[9];
    size_t size = 0;
    if (n < 64) {
      b[size++] = static_cast<char>(n);
    } else if (n < 16384) {
      b[size++] = static_cast<char>(0x40 | (n >> 8));
      b[size++] = static_cast<char>(n & 0xff);
    } else {
      const bool wide = n > UINT32_MAX;
      b[size++] = static_cast<char>(wide ? 0x81 : 0x80);
      for (int shift = wide ? 56 : 24; shift >= 0; shift -= 8) b[size++] = static_cast<char>((n >> shift) & 0xff);
    }
    bytes({b, size});
  }
  // RDB's string, as plain bytes.
  void string(Str s) noexcept {
    length(s.size());
    bytes(s);
  }

 private:
  keel_sink& s_;
  keel_status status_ = KEEL_OK;
};

// A source that has these bytes and no more.
inline keel_source memory_source(Str bytes) noexcept {
  keel_source s{};
  s.cur = bytes.data();
  s.end = bytes.data() + bytes.size();
  s.more = [](keel_source*, size_t) noexcept -> keel_status { return KEEL_EOF; };
  return s;
}

// Reads untrusted bytes; the first failure is latched and everything after it reads as zero.
class Reader {
 public:
  explicit Reader(keel_source& s) noexcept : s_(s) {}
  bool ok() const noexcept { return status_ == KEEL_OK; }
  keel_status status() const noexcept { return status_; }
  void fail(keel_status why = KEEL_E_DATA) noexcept {
    if (ok()) status_ = why;
  }

  uint8_t byte() noexcept {
    if (!ok()) return 0;
    if (s_.cur == s_.end && s_.more(&s_, 1) != KEEL_OK) return fail(), uint8_t{0};
    return static_cast<uint8_t>(*s_.cur++);
  }
  // Copies exactly n bytes to `to`.
  void bytes(char* to, size_t n) noexcept {
    while (ok() && n > 0) {
      if (s_.cur == s_.end && s_.more(&s_, 1) != KEEL_OK) return fail();
      const size_t part = std::min(n, static_cast<size_t>(s_.end - s_.cur));
      memcpy(to, s_.cur, part);
      s_.cur += part;
      to += part;
      n -= part;
    }
  }
  uint64_t integer(size_t width, bool network_order) noexcept {
    uint64_t n = 0;
    for (size_t i = 0; i < width; ++i) n |= static_cast<uint64_t>(byte()) << (8 * (network_order ? width - 1 - i : i));
    return n;
  }
  // RDB's length.  `special` receives the code of a special encoding, or -1.
  uint64_t length(int& special) noexcept {
    special = -1;
    const uint8_t b = byte();
    switch (b >> 6) {
      case 0:
        return b & 63u;
      case 1:
        return (static_cast<uint64_t>(b & 63u) << 8) | byte();
      case 3:
        special = b & 63;
        return 0;
      default:
        break;
    }
    if (b == 0x80) return integer(4, true);
    if (b == 0x81) return integer(8, true);
    return fail(), 0;
  }
  // Bytes that can still come, at most: no length that claims more is worth an allocation.
  uint64_t left() const noexcept {
    const auto here = static_cast<uint64_t>(s_.end - s_.cur);
    return here > UINT64_MAX - s_.left ? UINT64_MAX : here + s_.left;
  }
  // RDB's length as a number of elements that take `least` bytes or more each (at least 1); fails when so many cannot
  // come.
  uint64_t count(uint64_t least = 1) noexcept {
    const uint64_t n = length();
    if (n > left() / least) fail();
    return ok() ? n : 0;
  }
  uint64_t length() noexcept {
    int special = -1;
    const uint64_t n = length(special);
    if (special >= 0) fail();
    return ok() ? n : 0;
  }

 private:
  keel_source& s_;
  keel_status status_ = KEEL_OK;
};

}  // namespace keel
