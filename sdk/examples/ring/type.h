// type.h - a ring as the keyspace holds it: packed bytes while it is small, an object when it is not.
#pragma once
#include "keel/type.h"
#include "packed.h"

namespace ring {

enum : uint8_t { kPacked = 0, kObject = 1 };  // keel_ref.enc

extern const keel_type kType;

inline uint64_t capacity(const keel_ref& ref) noexcept {
  return ref.rep == KEEL_REP_BYTES ? read32(ref.v.bytes) : static_cast<const Ring*>(ref.v.object)->capacity();
}

// Calls f(Str) for each member, oldest first.
template <class F>
void each(const keel_ref& ref, F f) noexcept {
  if (ref.rep == KEEL_REP_BYTES) {
    each_packed({ref.v.bytes, ref.word}, f);
    return;
  }
  const auto& ring = *static_cast<const Ring*>(ref.v.object);
  for (uint32_t i = 0; i < ring.size(); ++i) f(ring.at(i));
}

}  // namespace ring
