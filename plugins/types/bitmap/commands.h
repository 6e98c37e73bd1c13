// plugins/types/bitmap/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/bitmap/wiring.h"

namespace bitmap {

// bit.cpp
keel_status setbit(Ctx) noexcept;
keel_status getbit(Ctx) noexcept;

// range.cpp
keel_status bitcount(Ctx) noexcept;
keel_status bitpos(Ctx) noexcept;

// bitop.cpp
keel_status bitop(Ctx);

}  // namespace bitmap
