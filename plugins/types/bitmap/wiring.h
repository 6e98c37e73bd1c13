// plugins/types/bitmap/wiring.h - what the handlers of this plugin need to know of the server.
#pragma once
#include "keel/cpp/keel.hpp"
#include "keel/cpp/string_value.hpp"

namespace bitmap {

using keel::Ctx;
using keel::Ref;
using keel::Str;
using Text = keel::StringText;

struct Plugin {
  const keel_core* core = nullptr;
  const keel_string* strings = nullptr;
  struct Events {
    uint32_t setbit, set, del;  // $ $ g
  } events{};
};

inline const Plugin& plugin(Ctx c) noexcept {
  return c.self<const Plugin>();
}
// Absent counts as a string that is empty.
inline bool is_string(Ctx c, const Ref& r) noexcept {
  return !r || r.raw()->type == plugin(c).strings->type;
}

}  // namespace bitmap
