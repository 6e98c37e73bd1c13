// keel/cpp/ref.hpp - what a key holds right now; lives on the handler's stack.
#pragma once
#include <optional>

#include "keel/cpp/text.hpp"
#include "keel/keyspace.h"

namespace keel {

class Ref {
 public:
  // False when the key is absent.
  explicit operator bool() const noexcept { return r_.entry != nullptr; }
  bool is(uint16_t type) const noexcept { return r_.type == type; }
  uint8_t rep() const noexcept { return r_.rep; }
  uint8_t encoding() const noexcept { return r_.enc; }
  std::optional<int64_t> number() const noexcept {
    return r_.rep == KEEL_REP_INT ? std::optional{r_.v.num} : std::nullopt;
  }
  // Of a BYTES value.
  Str bytes() const noexcept { return {r_.v.bytes, r_.word}; }
  char* data() noexcept { return r_.v.bytes; }
  template <class T>
  T& object() const noexcept {
    return *static_cast<T*>(r_.v.object);
  }
  // Unix time in milliseconds; -1 = the key does not expire.  Set it before a put; see keel_keyspace.
  int64_t expire_ms() const noexcept { return r_.expire_ms; }
  void expire_ms(int64_t at) noexcept { r_.expire_ms = at; }
  keel_ref* raw() noexcept { return &r_; }
  const keel_ref* raw() const noexcept { return &r_; }

 private:
  keel_ref r_{};
};

}  // namespace keel
