// host/keyspace/types.h - the value types that plugins have registered, by number.
#pragma once
#include <array>

#include "keel/type.h"

namespace keel::keyspace {

// Filled at start, read by everyone after it.
class Types {
 public:
  static constexpr size_t kMost = 256;
  void add(uint16_t number, const keel_type* table) noexcept { tables_[number] = table; }
  // nullptr = no such type. [any]
  const keel_type* operator[](uint16_t number) const noexcept { return tables_[number & 255]; }
  const keel_type* find(std::string_view name) const noexcept {
    for (const auto* t : tables_)
      if (t != nullptr && name == t->name) return t;
    return nullptr;
  }

 private:
  std::array<const keel_type*, kMost> tables_{};
};

}  // namespace keel::keyspace
