// plugins/types/hash/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/hash/value.h"

namespace hashes {

// write.cpp
keel_status hset(Ctx);
keel_status hmset(Ctx);
keel_status hsetnx(Ctx);
keel_status hdel(Ctx);

// counters.cpp
keel_status hincrby(Ctx);
keel_status hincrbyfloat(Ctx);

// read.cpp
keel_status hget(Ctx);
keel_status hmget(Ctx);
keel_status hgetall(Ctx);
keel_status hkeys(Ctx);
keel_status hvals(Ctx);
keel_status hexists(Ctx);
keel_status hlen(Ctx);
keel_status hstrlen(Ctx);

// expire.cpp
keel_status hexpire(Ctx);
keel_status hpexpire(Ctx);
keel_status hexpireat(Ctx);
keel_status hpexpireat(Ctx);
keel_status hpersist(Ctx);

// ttl.cpp
keel_status httl(Ctx);
keel_status hpttl(Ctx);
keel_status hexpiretime(Ctx);
keel_status hpexpiretime(Ctx);

// get_and_set.cpp
keel_status hgetdel(Ctx);
keel_status hgetex(Ctx);
keel_status hsetex(Ctx);

// random.cpp
keel_status hrandfield(Ctx);

// scan.cpp
keel_status hscan(Ctx);

}  // namespace hashes
