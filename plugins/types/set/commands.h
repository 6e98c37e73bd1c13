// plugins/types/set/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/set/value.h"

namespace sets {

// members.cpp
keel_status sadd(Ctx);
keel_status srem(Ctx);
keel_status smove(Ctx);
keel_status sismember(Ctx);
keel_status smismember(Ctx);
keel_status scard(Ctx);
keel_status smembers(Ctx);

// random.cpp
keel_status spop(Ctx);
keel_status srandmember(Ctx);

// algebra.cpp
keel_status sinter(Ctx);
keel_status sintercard(Ctx);
keel_status sinterstore(Ctx);
keel_status sunion(Ctx);
keel_status sunionstore(Ctx);
keel_status sdiff(Ctx);
keel_status sdiffstore(Ctx);

// scan.cpp
keel_status sscan(Ctx);

}  // namespace sets
