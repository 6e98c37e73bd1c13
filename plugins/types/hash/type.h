// plugins/types/hash/type.h - the contract of the value type `hash`.
#pragma once
#include "plugins/types/common/table_type.h"
#include "plugins/types/hash/value.h"

namespace hashes {

struct HashType : types::TableType<ElementTable> {
  static constexpr const char* name = "hash";
  // Strings; and what older versions of Redis kept small hashes in: zipmap (2.4), ziplist (6); listpack (7.0).  With
  // fields that expire (7.4): strings, or a listpack.
  static constexpr uint8_t kStrings = 4, kZipmap = 9, kZiplist = 13, kPacked = 16, kExpiring = 24, kPackedEx = 25;
  static constexpr uint8_t rdb_codes[] = {kStrings, kZipmap, kZiplist, kPacked, kExpiring, kPackedEx, 0xff};

  // rdb.cpp
  static uint32_t rdb_code(const keel_ref&) noexcept;
  static keel_status save(const keel_ref&, keel_sink&) noexcept;
  static keel_status load(keel_source&, keel_ref& out, keel_error*) noexcept;

  static uint64_t length(const keel_ref&) noexcept;
  static const char* encoding(const keel_ref&) noexcept;
  static keel_status rewrite(const keel_ref&, Str key, keel_sink& resp) noexcept;
  // As the reference's DEBUG DIGEST-VALUE of a key without expiry; whether a field expires, not when.
  static keel_status digest(const keel_ref&, uint8_t out[20]) noexcept;
  static keel_status iterate(const keel_ref&, uint64_t& cursor, uint32_t budget, keel_visit&) noexcept;
  static keel_status find(const keel_ref&, Str member, keel_visit&) noexcept;
  static keel_status check(const keel_ref&, keel_error*) noexcept;
  static int64_t due(const keel_ref&) noexcept;
  static keel_status expire(Ctx);
};

}  // namespace hashes
