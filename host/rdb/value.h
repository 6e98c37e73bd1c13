// host/rdb/value.h - values as RDB has them behind their type code, whatever the type.
#pragma once
#include <string>
#include <string_view>

#include "host/keyspace/entry.h"
#include "host/keyspace/types.h"

namespace keel::rdb {

// The version of the RDB format that is written; newer codes raise it. Redis 7.0 reads and writes 10.
inline constexpr uint32_t kVersion = 10;
inline constexpr uint32_t kNewestVersion = 12;  // that is read: that of Redis 7.4

// The code under which save_value() writes this value: one of Redis', or KEEL_RDB_NAMED. [executor|snapshot]
uint8_t code_of(const keel_type& type, const keel_ref& value) noexcept;
// The first version of the format that has this code, and no less than kVersion. [any]
uint32_t version_with(uint8_t code) noexcept;
// The value without its code. KEEL_OK, KEEL_E_MEMORY, or what the type's save() returns. [executor|snapshot]
keel_status save_value(const keel_type& type, const keel_ref& value, keel_sink& to) noexcept;

// A value that has been loaded and is no key's yet.
class LoadedValue {
 public:
  explicit LoadedValue(const keyspace::Types& types) noexcept : types_(types) {}
  LoadedValue(const LoadedValue&) = delete;
  LoadedValue& operator=(const LoadedValue&) = delete;
  ~LoadedValue() { release(); }

  // All of `bytes`, which nobody vouches for, as one value. False = they are not, or there is no memory or no type for
  // them: `why` is a sentence. [control|executor]
  bool load(uint8_t code, uint32_t version, std::string_view bytes, std::string& why);
  // The entry that holds it from now on. nullptr = out of memory. [executor]
  keyspace::Entry* give(std::string_view key, int64_t expire_ms, uint32_t access) noexcept;

 private:
  void release() noexcept;

  const keyspace::Types& types_;
  keel_ref ref_{};
};

}  // namespace keel::rdb
