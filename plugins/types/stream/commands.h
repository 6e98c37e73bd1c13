// plugins/types/stream/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/stream/value.h"

namespace streams {

// add.cpp
keel_status xadd(Ctx);
keel_status xtrim(Ctx);
keel_status xdel(Ctx);
keel_status xsetid(Ctx);

// range.cpp
keel_status xlen(Ctx);
keel_status xrange(Ctx);
keel_status xrevrange(Ctx);

// read.cpp
keel_status xread(Ctx);
keel_status xreadgroup(Ctx);
uint32_t xread_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept;
uint32_t xreadgroup_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept;

// groups.cpp
keel_status xgroup_create(Ctx);
keel_status xgroup_setid(Ctx);
keel_status xgroup_destroy(Ctx);
keel_status xgroup_createconsumer(Ctx);
keel_status xgroup_delconsumer(Ctx);
keel_status xgroup_help(Ctx);

// pending.cpp
keel_status xack(Ctx);
keel_status xpending(Ctx);

// claim.cpp
keel_status xclaim(Ctx);
keel_status xautoclaim(Ctx);

// info.cpp
keel_status xinfo_stream(Ctx);
keel_status xinfo_groups(Ctx);
keel_status xinfo_consumers(Ctx);
keel_status xinfo_help(Ctx);

}  // namespace streams
