// plugins/types/string/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/string/value.h"

namespace strings {

// get.cpp
keel_status get(Ctx) noexcept;
keel_status getdel(Ctx) noexcept;
keel_status getex(Ctx) noexcept;

// set.cpp
keel_status set(Ctx) noexcept;
keel_status setnx(Ctx) noexcept;
keel_status setex(Ctx) noexcept;
keel_status psetex(Ctx) noexcept;
keel_status getset(Ctx) noexcept;

// counters.cpp
keel_status incr(Ctx) noexcept;
keel_status decr(Ctx) noexcept;
keel_status incrby(Ctx) noexcept;
keel_status decrby(Ctx) noexcept;

// floats.cpp
keel_status incrbyfloat(Ctx) noexcept;

// range.cpp
keel_status append(Ctx) noexcept;
keel_status strlen(Ctx) noexcept;
keel_status getrange(Ctx) noexcept;
keel_status setrange(Ctx) noexcept;

// multi.cpp
keel_status mget(Ctx) noexcept;
keel_status mset(Ctx) noexcept;
keel_status msetnx(Ctx) noexcept;

// lcs_command.cpp
keel_status lcs(Ctx) noexcept;

}  // namespace strings
