// plugins/types/list/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/list/value.h"

namespace lists {

// push.cpp
keel_status lpush(Ctx) noexcept;
keel_status rpush(Ctx) noexcept;
keel_status lpushx(Ctx) noexcept;
keel_status rpushx(Ctx) noexcept;

// pop.cpp
keel_status lpop(Ctx) noexcept;
keel_status rpop(Ctx) noexcept;
keel_status blpop(Ctx) noexcept;
keel_status brpop(Ctx) noexcept;

// mpop.cpp
keel_status lmpop(Ctx) noexcept;
keel_status blmpop(Ctx) noexcept;
// The keys that `numkeys` counts; see keel_command.

// move.cpp
keel_status lmove(Ctx);
keel_status rpoplpush(Ctx);
keel_status blmove(Ctx);
keel_status brpoplpush(Ctx);

// range.cpp
keel_status llen(Ctx) noexcept;
keel_status lindex(Ctx) noexcept;
keel_status lrange(Ctx) noexcept;

// pos.cpp
keel_status lpos(Ctx) noexcept;

// edit.cpp
keel_status lset(Ctx) noexcept;
keel_status linsert(Ctx) noexcept;
keel_status lrem(Ctx) noexcept;
keel_status ltrim(Ctx) noexcept;

}  // namespace lists
