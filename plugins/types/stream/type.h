// plugins/types/stream/type.h - the contract of the value type `stream`.
//
// Not offered: length(), as zero means to the keyspace that a value is to go, and a stream without entries stays;
// iterate() and find(), as entries are no elements that SORT and its like could use.
#pragma once
#include "keel/type.h"
#include "plugins/types/stream/value.h"

namespace streams {

struct StreamType {
  static constexpr const char* name = "stream";
  // Redis 7.0 writes the second; the first is of 5.0 to 6.2, the third of 7.2 and later.
  static constexpr uint8_t kFirst = 15, kSecond = 19, kThird = 21;
  static constexpr uint8_t rdb_codes[] = {kSecond, kFirst, kThird, 0xff};
  static inline const keel_core* core = nullptr;  // set in create()

  // rdb.cpp
  static keel_status save(const keel_ref&, keel_sink&) noexcept;
  static keel_status load(keel_source&, keel_ref& out, keel_error*) noexcept;

  // rewrite.cpp
  static keel_status rewrite(const keel_ref&, Str key, keel_sink& resp) noexcept;

  static void free(void* object, uint64_t word) noexcept;
  static const char* encoding(const keel_ref&) noexcept;
  static uint64_t memory(const keel_ref&, uint32_t samples) noexcept;
  static uint64_t free_effort(const keel_ref&) noexcept;
  static keel_status copy(const keel_ref&, keel_ref& out) noexcept;
  // As the reference's DEBUG DIGEST-VALUE of a key without expiry: of the entries alone.
  static keel_status digest(const keel_ref&, uint8_t out[20]) noexcept;
  static keel_status defrag(keel_ref&, keel_defrag&, uint64_t& cursor) noexcept;
  static keel_status check(const keel_ref&, keel_error*) noexcept;
};

}  // namespace streams
