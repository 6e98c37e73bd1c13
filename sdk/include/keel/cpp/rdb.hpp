// keel/cpp/rdb.hpp - strings and numbers as RDB (version 10) writes them: what types are saved as and loaded from.
//
// A string is a length and its bytes, or one of the special encodings that a length can announce: an integer in 1, 2 or
// 4 bytes, or bytes packed with LZF.  Reading takes nothing on trust: the first failure is latched, everything after it
// reads as zero or empty, and memory grows with what has really come, whatever a length claims.
#pragma once
#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>

#include "keel/cpp/lzf.hpp"
#include "keel/cpp/memory.hpp"
#include "keel/cpp/stream.hpp"
#include "keel/cpp/text.hpp"

namespace keel {
namespace rdb {

// The low six bits of a length that starts with two one bits.
enum Special { kInt8 = 0, kInt16 = 1, kInt32 = 2, kLzf = 3 };

inline constexpr size_t kLongestInteger = 20;              // characters of an int64_t
inline constexpr size_t kLongestShortInteger = 11;         // characters of an int32_t
inline constexpr size_t kShortestPacked = 21;              // bytes; below it LZF is not tried
inline constexpr uint64_t kFirstStep = uint64_t{1} << 20;  // bytes allocated before any of them was seen
inline constexpr uint64_t kLongest = uint64_t{1} << 40;    // bytes; no string of any server is longer
inline constexpr uint64_t kLongestPacked = UINT32_MAX;     // bytes, packed or not

}  // namespace rdb

class RdbWriter : public Writer {
 public:
  // `core` lends the memory to pack in.
  RdbWriter(keel_sink& sink, const keel_core& core) noexcept : Writer(sink), core_(core) {}

  // A string that is the canonical form of this integer.
  void number(int64_t n) noexcept {
    if (!short_number(n)) string(NumberText(n));
  }
  // A string: as a short integer when it is the canonical form of one, packed when it is longer than 20 bytes and gets
  // shorter by it, else as it is.  Writer::string() writes it as it is, always.
  void text(Str s) noexcept {
    if (s.size() <= rdb::kLongestShortInteger) {
      const auto n = parse_integer(s);
      if (n && short_number(*n)) return;
    }
    if (!packed(s)) string(s);
  }
  // Eight bytes: a score of a sorted set since version 8 (type code 5).
  void real(double d) noexcept { little_endian(std::bit_cast<uint64_t>(d), sizeof d); }

 private:
  bool short_number(int64_t n) noexcept {
    const auto with = [&](rdb::Special code, size_t width) {
      special(code);
      little_endian(static_cast<uint64_t>(n), width);
      return true;
    };
    if (n >= INT8_MIN && n <= INT8_MAX) return with(rdb::kInt8, 1);
    if (n >= INT16_MIN && n <= INT16_MAX) return with(rdb::kInt16, 2);
    return n >= INT32_MIN && n <= INT32_MAX && with(rdb::kInt32, 4);
  }
  bool packed(Str s) noexcept {
    if (s.size() < rdb::kShortestPacked || s.size() > rdb::kLongestPacked) return false;
    const Block room(core_, s.size() - 4, KEEL_MEMORY_PLUGIN);
    if (!room) return false;
    const size_t size = lzf_pack(s, {room.data(), room.size()});
    if (size == 0) return false;
    special(rdb::kLzf);
    length(size);
    length(s.size());
    bytes({room.data(), size});
    return true;
  }
  void special(rdb::Special code) noexcept { byte(static_cast<uint8_t>(0xc0 | code)); }
  void little_endian(uint64_t bits, size_t width) noexcept {
    char b[8];
    for (size_t i = 0; i < width; ++i) b[i] = static_cast<char>((bits >> (8 * i)) & 0xff);
    bytes({b, width});
  }

  const keel_core& core_;
};

// What a string holds: the number when its text is the canonical form of an integer, else its bytes (no memory when
// there are none).
struct RdbString {
  std::optional<int64_t> number;
  Block bytes;
};

class RdbReader : public Reader {
 public:
  // `core` gives the memory.
  RdbReader(keel_source& source, const keel_core& core) noexcept : Reader(source), core_(core) {}

  // In the form in which a value is best kept.  What is allocated is at most four times what has really come; packed
  // text aside, which is bounded by the growth that LZF allows.  status(): KEEL_E_DATA or KEEL_E_MEMORY.
  RdbString string(uint32_t tag = KEEL_MEMORY_VALUE) noexcept {
    RdbString out;
    out.number = load(tag, out.bytes);
    if (!out.number && ok() && out.bytes.size() <= rdb::kLongestInteger)
      out.number = parse_integer({out.bytes.data(), out.bytes.size()});
    if (out.number) out.bytes = Block();
    return out;
  }
  // The bytes of a string, digits when it was written as an integer; no memory when it is empty.
  Block text(uint32_t tag = KEEL_MEMORY_VALUE) noexcept {
    Block out;
    const auto number = load(tag, out);
    if (!number) return out;
    const NumberText written(*number);
    const Str digits = written;
    out = Block(core_, digits.size(), tag);
    if (out)
      std::memcpy(out.data(), digits.data(), digits.size());
    else
      fail(KEEL_E_MEMORY);
    return out;
  }
  // Eight bytes; see RdbWriter::real().  Not a number may come, too: refuse it where it makes no sense.
  double real() noexcept { return std::bit_cast<double>(integer(8, false)); }
  // A score of a sorted set before version 8 (type code 3): text of at most 252 bytes, or one of three names.
  double old_real() noexcept {
    constexpr uint8_t kNan = 253, kInfinity = 254, kMinusInfinity = 255;
    const uint8_t size = byte();
    if (size == kNan) return std::numeric_limits<double>::quiet_NaN();
    if (size == kInfinity) return std::numeric_limits<double>::infinity();
    if (size == kMinusInfinity) return -std::numeric_limits<double>::infinity();
    char digits[252];
    bytes(digits, size);
    double d = 0;
    const auto [end, error] = std::from_chars(digits, digits + size, d);
    if (ok() && (error != std::errc{} || end != digits + size || !std::isfinite(d))) fail();
    return ok() ? d : 0;
  }

 private:
  // The number when the string was written as one, else bytes.
  std::optional<int64_t> load(uint32_t tag, Block& out) noexcept {
    int code = -1;
    const uint64_t n = length(code);
    if (!ok()) return std::nullopt;
    switch (code) {
      case -1:
        load_bytes(n, tag, out);
        break;
      case rdb::kInt8:
        return short_number(static_cast<int8_t>(byte()));
      case rdb::kInt16:
        return short_number(static_cast<int16_t>(integer(2, false)));
      case rdb::kInt32:
        return short_number(static_cast<int32_t>(integer(4, false)));
      case rdb::kLzf:
        load_packed(tag, out);
        break;
      default:
        fail();
    }
    if (!ok()) out = Block();
    return std::nullopt;
  }
  std::optional<int64_t> short_number(int64_t n) const noexcept { return ok() ? std::optional{n} : std::nullopt; }

  // n bytes in a block of exactly that size.
  void load_bytes(uint64_t n, uint32_t tag, Block& out) noexcept {
    if (n > rdb::kLongest || n > left()) return fail();
    uint64_t have = 0;
    while (have < n) {
      const uint64_t step = std::max(rdb::kFirstStep, 2 * have);
      const uint64_t next = n / 2 <= step ? n : step;
      Block grown(core_, next, tag);
      if (!grown) return fail(KEEL_E_MEMORY);
      if (have > 0) std::memcpy(grown.data(), out.data(), have);
      bytes(grown.data() + have, next - have);
      if (!ok()) return;
      out = std::move(grown);
      have = next;
    }
  }
  void load_packed(uint32_t tag, Block& out) noexcept {
    const uint64_t packed_size = length();
    const uint64_t size = length();
    if (!ok()) return;
    if (packed_size == 0 || size == 0 || packed_size > rdb::kLongestPacked || size > rdb::kLongestPacked ||
        size > packed_size * kLzfMaxGrowth)
      return fail();
    Block packed;
    load_bytes(packed_size, KEEL_MEMORY_PLUGIN, packed);
    if (!ok()) return;
    out = Block(core_, size, tag);
    if (!out) return fail(KEEL_E_MEMORY);
    if (!lzf_unpack({packed.data(), packed.size()}, {out.data(), out.size()})) fail();
  }

  const keel_core& core_;
};

}  // namespace keel
