// BITFIELD, BITFIELD_RO: a row of reads and writes of fields of one string.
#include <algorithm>
#include <vector>

#include "keel/cpp/string_value.hpp"
#include "plugins/types/bitfield/commands.h"
#include "plugins/types/bitfield/field.h"
#include "plugins/types/common/bit_offset.h"

namespace bitfield {
namespace {

using Text = keel::StringText;

enum class Kind : uint8_t { kGet, kSet, kIncrby };

struct Operation {
  Kind kind;
  FieldType type;
  Overflow overflow;
  uint64_t offset;
  int64_t number;  // the value, or the increment
};

struct Row {
  std::vector<Operation> operations;
  size_t bytes_to_write = 0;  // how long the string has to be; 0 = everything reads
  bool writes() const noexcept { return bytes_to_write > 0; }
};

Overflow parse_overflow(keel::Args& args) noexcept {
  if (args.take("WRAP")) return Overflow::kWrap;
  if (args.take("SAT")) return Overflow::kSaturate;
  if (!args.take("FAIL")) args.fail("ERR Invalid OVERFLOW type specified");
  return Overflow::kFail;
}

// What the word at the cursor begins; each kind needs so many words behind it.
std::optional<Kind> parse_kind(keel::Args& args) noexcept {
  const uint32_t behind = args.left() - 1;
  if (behind >= 2 && args.take("GET")) return Kind::kGet;
  if (behind >= 3 && args.take("SET")) return Kind::kSet;
  if (behind >= 3 && args.take("INCRBY")) return Kind::kIncrby;
  return std::nullopt;
}

void parse(Ctx c, keel::Args& args, Row& row) {
  // What a log or a primary says was allowed where it was said first.
  const uint64_t limit = (c.raw()->flags & KEEL_CTX_REPLAY) != 0 ? UINT64_MAX : c.string_limit();
  Overflow overflow = Overflow::kWrap;
  while (args.more()) {
    if (args.take_with_value("OVERFLOW")) {
      overflow = parse_overflow(args);
      continue;
    }
    const auto kind = parse_kind(args);
    if (!kind) return args.unknown();
    const auto type = FieldType::parse(args.text());
    if (!type)
      return args.fail(
          "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.");
    const auto offset = types::parse_bit_offset(args.text(), limit, type->bits);
    if (!offset) return args.fail(types::kBadBitOffset);
    const int64_t number = *kind == Kind::kGet ? 0 : args.integer();
    row.operations.push_back({*kind, *type, overflow, *offset, number});
    if (*kind != Kind::kGet) row.bytes_to_write = std::max(row.bytes_to_write, (*offset + type->bits - 1) / 8 + 1);
  }
}

// The number that SET or INCRBY leaves in the field.
std::optional<int64_t> result_of(const Operation& o, int64_t old) noexcept {
  Wide number = o.number;
  if (o.kind == Kind::kIncrby) number += old;
  // Without a sign a number below zero is the big one with the same 64 bits.
  if (o.kind == Kind::kSet && !o.type.is_signed) number = static_cast<uint64_t>(o.number);
  return fit(number, o.type, o.overflow);
}

keel_status reply_reads(Ctx c, const Row& row, Str text) noexcept {
  c.array(row.operations.size());
  for (const Operation& o : row.operations) c.integer(read_field(text, o.offset, o.type));
  return KEEL_OK;
}

// Runs a row that writes. What it leaves as it was is no change.
keel_status run(Ctx c, const Row& row, Ref& v) noexcept {
  const Plugin& plugin = c.self<const Plugin>();
  const bool grows = !v || Text(v).size() < row.bytes_to_write;
  if (plugin.strings->grow(c.raw(), v.raw(), row.bytes_to_write) != KEEL_OK) return c.out_of_memory();
  uint32_t changes = 0;
  c.array(row.operations.size());
  for (const Operation& o : row.operations) {
    const int64_t old = read_field(v.bytes(), o.offset, o.type);
    if (o.kind == Kind::kGet) {
      c.integer(old);
      continue;
    }
    const auto number = result_of(o, old);
    if (!number) {
      c.null();
      continue;
    }
    c.integer(o.kind == Kind::kSet ? old : *number);
    write_field(v.data(), o.offset, o.type, *number);
    if (grows || old != *number) ++changes;
  }
  if (changes > 0 || grows)
    c.commit(v, changes > 0 ? plugin.setbit : 0, 0, 0, std::max(changes, 1u));
  else
    c.commit(v, 0, 0, KEEL_CHANGE_FORM);
  return KEEL_OK;
}

}  // namespace

keel_status bitfield(Ctx c) {
  Row row;
  keel::Args args(c, 2);
  parse(c, args, row);
  if (!args.ok()) return args.reply();
  Ref v = row.writes() ? c.write() : c.read();
  if (v && v.raw()->type != c.self<const Plugin>().strings->type) return c.wrong_type();
  return row.writes() ? run(c, row, v) : reply_reads(c, row, Text(v));
}

keel_status bitfield_ro(Ctx c) {
  Row row;
  keel::Args args(c, 2);
  parse(c, args, row);
  if (!args.ok()) return args.reply();
  if (row.writes()) return c.error("ERR BITFIELD_RO only supports the GET subcommand");
  const Ref v = c.read();
  if (v && v.raw()->type != c.self<const Plugin>().strings->type) return c.wrong_type();
  return reply_reads(c, row, Text(v));
}

uint32_t find_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  bool writes = false;
  for (uint32_t i = 2; i < argc; ++i)
    writes = writes || keel::same_word(keel::view(argv[i]), "SET") || keel::same_word(keel::view(argv[i]), "INCRBY");
  if (cap > 0)
    *out = {
        1,
        static_cast<uint32_t>(writes ? KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE : KEEL_KEY_RO | KEEL_KEY_ACCESS),
        0};
  return 1;
}

}  // namespace bitfield
