// keel/testing/streams.hpp - sinks and sources over strings, which give as little room at a time as they may.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "keel/type.h"

namespace keel::testing {

struct Saved {
  keel_status status;
  std::string bytes;
};
// What save() writes. `seed` decides how much room it gets at a time.
Saved save(const keel_type& type, const keel_ref& ref, uint64_t seed = 1);
Saved rewrite(const keel_type& type, const keel_ref& ref, std::string_view key, uint64_t seed = 1);

// What save() writes of this value is saved under: one of the type's codes, or KEEL_RDB_NAMED.
uint8_t code_of(const keel_type& type, const keel_ref& ref);

struct Loaded {
  keel_status status;
  keel_ref ref;
  size_t used;  // bytes that load() has read
};
Loaded load(const keel_type& type, std::string_view bytes, uint8_t code, uint64_t seed = 1);

}  // namespace keel::testing
