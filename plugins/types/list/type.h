// plugins/types/list/type.h - the contract of the value type `list`.
#pragma once
#include "plugins/types/list/value.h"

namespace lists {

struct ListType {
  static constexpr const char* name = "list";
  // Nodes of listpacks (Redis 7.0), of ziplists (3.2), one ziplist (2.6), strings.
  static constexpr uint8_t rdb_codes[] = {18, 14, 10, 1, 0xff};
  // load() makes lists within these limits; set in create().
  static inline const Plugin* plugin = nullptr;

  static keel_status save(const keel_ref&, keel_sink&) noexcept;
  static keel_status load(keel_source&, keel_ref& out, keel_error*) noexcept;
  static void free(void* object, uint64_t) noexcept;
  static uint64_t length(const keel_ref&) noexcept;
  static const char* encoding(const keel_ref&) noexcept;
  static uint64_t memory(const keel_ref&, uint32_t samples) noexcept;
  static uint64_t free_effort(const keel_ref&) noexcept;
  static keel_status copy(const keel_ref&, keel_ref& out) noexcept;
  static keel_status rewrite(const keel_ref&, Str key, keel_sink& resp) noexcept;
  // As the reference's DEBUG DIGEST-VALUE of a key without expiry.
  static keel_status digest(const keel_ref&, uint8_t out[20]) noexcept;
  static keel_status iterate(const keel_ref&, uint64_t& cursor, uint32_t budget, keel_visit&) noexcept;
  static keel_status check(const keel_ref&, keel_error*) noexcept;
  // As Redis does it for a quicklist: a short list is one node.
  static void describe(const keel_ref&, keel_info_sink&) noexcept;
};

}  // namespace lists
