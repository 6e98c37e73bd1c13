// plugins/types/geo/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/geo/wiring.h"

namespace geo {

// add.cpp
keel_status geoadd(Ctx);

// position.cpp
keel_status geodist(Ctx);
keel_status geohash(Ctx);
keel_status geopos(Ctx);

// search.cpp
keel_status georadius(Ctx);
keel_status georadius_ro(Ctx);
keel_status georadiusbymember(Ctx);
keel_status georadiusbymember_ro(Ctx);
keel_status geosearch(Ctx);
keel_status geosearchstore(Ctx);
uint32_t georadius_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept;

}  // namespace geo
