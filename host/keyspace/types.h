// host/keyspace/types.h - the value types that plugins have registered, by number.
#pragma once
#include <array>

#include "keel/type.h"

namespace keel::keyspace {

// Filled at start, read by everyone after it.
class Types {
 public:
  static constexpr size_t kMost = 256;
  void add(uint16_t number, const keel_type* table, void* self = nullptr) noexcept {
    tables_[number] = table;
    selves_[number] = self;
  }
  // nullptr = no such type. [any]
  const keel_type* operator[](uint16_t number) const noexcept { return tables_[number & 255]; }
  // The plugin's: keel_ctx.self of its handlers. [any]
  void* self(uint16_t number) const noexcept { return selves_[number & 255]; }
  // The number of the type that loads this RDB code; 0 = none does.
  uint16_t by_code(uint8_t code) const noexcept {
    constexpr uint8_t kEnd = 0xff;
    for (uint16_t number = 1; number < kMost; ++number) {
      const keel_type* t = tables_[number];
      if (t == nullptr) continue;
      for (const uint8_t* c = t->rdb_codes; *c != kEnd; ++c)
        if (*c == code) return number;
    }
    return 0;
  }
  // The number of the type with this name; 0 = there is none.
  uint16_t by_name(std::string_view name) const noexcept {
    for (uint16_t number = 1; number < kMost; ++number)
      if (tables_[number] != nullptr && name == tables_[number]->name) return number;
    return 0;
  }

 private:
  std::array<const keel_type*, kMost> tables_{};
  std::array<void*, kMost> selves_{};
};

}  // namespace keel::keyspace
