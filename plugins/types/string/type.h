// plugins/types/string/type.h - the contract of the value type `string`.
#pragma once
#include "plugins/types/string/value.h"

namespace strings {

struct StringType {
  static constexpr const char* name = "string";
  static constexpr uint8_t rdb_codes[] = {0, 0xff};
  // load() takes its memory from here; set in create().
  static inline const keel_core* core = nullptr;

  static keel_status save(const keel_ref&, keel_sink&) noexcept;
  static keel_status load(keel_source&, keel_ref& out, keel_error*) noexcept;
  static uint64_t length(const keel_ref&) noexcept;  // a string is one element, the empty one too
  static const char* encoding(const keel_ref&) noexcept;
  static uint64_t memory(const keel_ref&, uint32_t samples) noexcept;
  static keel_status rewrite(const keel_ref&, Str key, keel_sink& resp) noexcept;
  // As the reference's DEBUG DIGEST-VALUE of a key without expiry; the mark of an expiry is of the key, so it is the
  // host's to add.
  static keel_status digest(const keel_ref&, uint8_t out[20]) noexcept;
  static keel_status check(const keel_ref&, keel_error*) noexcept;
};

}  // namespace strings
