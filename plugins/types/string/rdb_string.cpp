#include "plugins/types/string/rdb_string.h"

#include <algorithm>
#include <cstdint>
#include <span>

#include "keel/cpp/text.hpp"
#include "plugins/types/common/lzf.h"

namespace strings {
namespace {

using keel::Reader;
using keel::Str;
using keel::Writer;

// Special encodings: the low six bits of a length that starts with two one bits.
enum Special { kInt8 = 0, kInt16 = 1, kInt32 = 2, kLzf = 3 };

constexpr uint8_t special(Special code) {
  return static_cast<uint8_t>(0xc0 | code);
}

constexpr size_t kLongestInteger = 20;              // characters of an int64_t
constexpr size_t kLongestShortInteger = 11;         // characters of an int32_t
constexpr size_t kShortestPacked = 21;              // bytes; below it LZF is not tried
constexpr uint64_t kFirstStep = uint64_t{1} << 20;  // bytes allocated before any of them was seen
constexpr uint64_t kLongest = uint64_t{1} << 40;    // bytes; no string of any server is longer
constexpr uint64_t kLongestPacked = UINT32_MAX;     // bytes, packed or not

void save_little_endian(Writer& out, Special code, uint32_t bits, size_t width) noexcept {
  char b[5] = {static_cast<char>(special(code))};
  for (size_t i = 0; i < width; ++i) b[i + 1] = static_cast<char>((bits >> (8 * i)) & 0xff);
  out.bytes({b, width + 1});
}

// True when the number has one of the three special encodings and is written.
bool save_short_integer(Writer& out, int64_t n) noexcept {
  const auto bits = static_cast<uint32_t>(static_cast<uint64_t>(n));
  if (n >= INT8_MIN && n <= INT8_MAX)
    save_little_endian(out, kInt8, bits, 1);
  else if (n >= INT16_MIN && n <= INT16_MAX)
    save_little_endian(out, kInt16, bits, 2);
  else if (n >= INT32_MIN && n <= INT32_MAX)
    save_little_endian(out, kInt32, bits, 4);
  else
    return false;
  return true;
}

bool save_packed(Writer& out, Str text, const keel_core& core) noexcept {
  if (text.size() < kShortestPacked || text.size() > kLongestPacked) return false;
  const Block room(core, text.size() - 4, KEEL_MEMORY_PLUGIN);
  if (!room) return false;
  const size_t packed = types::lzf_pack(text, {room.data(), room.size()});
  if (packed == 0) return false;
  out.byte(special(kLzf));
  out.length(packed);
  out.length(text.size());
  out.bytes({room.data(), packed});
  return true;
}

// n bytes of the source in a block of exactly that size.  The length is a claim: memory grows with what has come.
keel_status load_bytes(Reader& in, const keel_core& core, uint64_t n, uint32_t tag, Block& out) noexcept {
  if (n > kLongest) return KEEL_E_DATA;
  uint64_t have = 0;
  while (have < n) {
    const uint64_t step = std::max(kFirstStep, 2 * have);
    const uint64_t next = n / 2 <= step ? n : step;
    Block grown(core, next, tag);
    if (!grown) return KEEL_E_MEMORY;
    if (have > 0) memcpy(grown.data(), out.data(), have);
    in.bytes(grown.data() + have, next - have);
    if (!in.ok()) return KEEL_E_DATA;
    out = std::move(grown);
    have = next;
  }
  return KEEL_OK;
}

keel_status load_packed(Reader& in, const keel_core& core, Block& out) noexcept {
  const uint64_t packed_size = in.length();
  const uint64_t size = in.length();
  if (!in.ok() || packed_size == 0 || size == 0 || packed_size > kLongestPacked || size > kLongestPacked ||
      size > packed_size * types::kLzfMaxGrowth)
    return KEEL_E_DATA;
  Block packed;
  if (const keel_status s = load_bytes(in, core, packed_size, KEEL_MEMORY_PLUGIN, packed); s != KEEL_OK) return s;
  Block text(core, size, KEEL_MEMORY_VALUE);
  if (!text) return KEEL_E_MEMORY;
  if (!types::lzf_unpack({packed.data(), packed.size()}, {text.data(), text.size()})) return KEEL_E_DATA;
  out = std::move(text);
  return KEEL_OK;
}

int64_t load_short_integer(Reader& in, int code) noexcept {
  switch (code) {
    case kInt8:
      return static_cast<int8_t>(in.byte());
    case kInt16:
      return static_cast<int16_t>(in.integer(2, false));
    default:
      return static_cast<int32_t>(in.integer(4, false));
  }
}

keel_status load_text(Reader& in, int code, uint64_t n, const keel_core& core, LoadedString& out) noexcept {
  if (code >= 0 && code < kLzf) {
    out.number = load_short_integer(in, code);
    return in.status();
  }
  const keel_status status = code == kLzf ? load_packed(in, core, out.bytes)
                             : code < 0   ? load_bytes(in, core, n, KEEL_MEMORY_VALUE, out.bytes)
                                          : KEEL_E_DATA;
  if (status != KEEL_OK) return status;
  if (out.bytes.size() <= kLongestInteger) out.number = keel::parse_integer({out.bytes.data(), out.bytes.size()});
  if (out.number) out.bytes = Block();
  return KEEL_OK;
}

}  // namespace

void save_integer(Writer& out, int64_t n) noexcept {
  if (save_short_integer(out, n)) return;
  char digits[kLongestInteger];
  out.string({digits, static_cast<size_t>(keel::write_integer(digits, n) - digits)});
}

void save_text(Writer& out, Str text, const keel_core& core) noexcept {
  if (text.size() <= kLongestShortInteger) {
    const auto number = keel::parse_integer(text);
    if (number && save_short_integer(out, *number)) return;
  }
  if (!save_packed(out, text, core)) out.string(text);
}

keel_status load_string(keel_source& source, const keel_core& core, LoadedString& out) noexcept {
  Reader in(source);
  int code = -1;
  const uint64_t n = in.length(code);
  if (!in.ok()) return KEEL_E_DATA;
  const keel_status status = load_text(in, code, n, core, out);
  if (status != KEEL_OK) out = LoadedString();
  return status;
}

}  // namespace strings
