// plugins/types/zset/type.h - the contract of the value type `zset`.
#pragma once
#include "plugins/types/common/table_type.h"
#include "plugins/types/zset/sorted_set.h"
#include "plugins/types/zset/value.h"

namespace zsets {

struct ZsetType : types::TableType<SortedSet> {
  static constexpr const char* name = "zset";
  // Members with scores as eight bytes (since RDB version 8) or as text; and what older versions of Redis kept small
  // ones in: ziplist (6); listpack (7.0).
  static constexpr uint8_t kBinary = 5, kTexts = 3, kZiplist = 12, kPacked = 17;
  static constexpr uint8_t rdb_codes[] = {kBinary, kTexts, kZiplist, kPacked, 0xff};

  // rdb.cpp
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

}  // namespace zsets
