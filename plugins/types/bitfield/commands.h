// plugins/types/bitfield/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "keel/cpp/keel.hpp"
#include "keel/string_value.h"

namespace bitfield {

using keel::Ctx;
using keel::Ref;
using keel::Str;

// What the handlers need to know of the server.
struct Plugin {
  const keel_string* strings = nullptr;
  uint32_t setbit = 0;  // event
};

keel_status bitfield(Ctx);
keel_status bitfield_ro(Ctx);

// BITFIELD reads alone, or writes, too.
uint32_t find_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept;

}  // namespace bitfield
