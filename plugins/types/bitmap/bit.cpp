// One bit: SETBIT, GETBIT.
#include "plugins/types/bitmap/commands.h"
#include "plugins/types/common/bit_offset.h"

namespace bitmap {
namespace {

// What a log or a primary says was allowed where it was said first.
uint64_t limit(Ctx c) noexcept {
  return (c.raw()->flags & KEEL_CTX_REPLAY) != 0 ? UINT64_MAX : c.string_limit();
}

// Where a bit lies.
struct Bit {
  explicit Bit(uint64_t offset) noexcept : byte(offset / 8), mask(static_cast<uint8_t>(0x80 >> (offset % 8))) {}
  // Beyond the end everything is zero.
  bool in(Str text) const noexcept { return byte < text.size() && (static_cast<uint8_t>(text[byte]) & mask) != 0; }

  size_t byte;
  uint8_t mask;
};

}  // namespace

keel_status setbit(Ctx c) noexcept {
  const auto offset = types::parse_bit_offset(c.arg(2), limit(c));
  if (!offset) return c.error(types::kBadBitOffset);
  const auto value = keel::parse_integer(c.arg(3));
  if (!value || (*value != 0 && *value != 1)) return c.error("ERR bit is not an integer or out of range");
  Ref v = c.write();
  if (!is_string(c, v)) return c.wrong_type();
  const Bit bit(*offset);
  const bool was = bit.in(Text(v)), is = *value == 1;
  const bool grows = !v || Text(v).size() <= bit.byte;
  // What stays as it is is no change; yet Redis makes a row of bytes of it.
  if (was == is && !grows && keel::is_raw(*v.raw())) return c.integer(was ? 1 : 0);
  if (plugin(c).strings->grow(c.raw(), v.raw(), bit.byte + 1) != KEEL_OK) return c.out_of_memory();
  const auto old = static_cast<uint8_t>(v.data()[bit.byte]);
  v.data()[bit.byte] = static_cast<char>(is ? old | bit.mask : old & ~bit.mask);
  if (was != is || grows)
    c.commit(v, plugin(c).events.setbit);
  else
    c.commit(v, 0, 0, KEEL_CHANGE_FORM);
  return c.integer(was ? 1 : 0);
}

keel_status getbit(Ctx c) noexcept {
  const auto offset = types::parse_bit_offset(c.arg(2), limit(c));
  if (!offset) return c.error(types::kBadBitOffset);
  const Ref v = c.read();
  if (!is_string(c, v)) return c.wrong_type();
  const Text text(v);
  return c.integer(Bit(*offset).in(text) ? 1 : 0);
}

}  // namespace bitmap
