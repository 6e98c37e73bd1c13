// plugins/types/set/type.h - the contract of the value type `set`.
#pragma once
#include "plugins/types/common/table_type.h"
#include "plugins/types/set/value.h"

namespace sets {

struct SetType : types::TableType<ElementTable> {
  static constexpr const char* name = "set";
  // Strings; an intset; a listpack, which Redis writes since 7.2 and this server only reads.
  static constexpr uint8_t kStrings = 2, kIntegers = 11, kListpack = 20;
  static constexpr uint8_t rdb_codes[] = {kStrings, kIntegers, kListpack, 0xff};

  static uint32_t rdb_code(const keel_ref&) noexcept;
  static keel_status save(const keel_ref&, keel_sink&) noexcept;
  static keel_status load(keel_source&, keel_ref& out, keel_error*) noexcept;
  static uint64_t length(const keel_ref&) noexcept;
  static const char* encoding(const keel_ref&) noexcept;
  static keel_status rewrite(const keel_ref&, Str key, keel_sink& resp) noexcept;
  // As the reference's DEBUG DIGEST-VALUE of a key without expiry.
  static keel_status digest(const keel_ref&, uint8_t out[20]) noexcept;
  static keel_status iterate(const keel_ref&, uint64_t& cursor, uint32_t budget, keel_visit&) noexcept;
  static keel_status find(const keel_ref&, Str member, keel_visit&) noexcept;
  static keel_status check(const keel_ref&, keel_error*) noexcept;
};

}  // namespace sets
