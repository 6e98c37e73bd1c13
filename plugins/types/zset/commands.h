// plugins/types/zset/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/zset/value.h"

namespace zsets {

// add.cpp
keel_status zadd(Ctx);
keel_status zincrby(Ctx);

// remove.cpp
keel_status zrem(Ctx);
keel_status zremrangebyrank(Ctx);
keel_status zremrangebyscore(Ctx);
keel_status zremrangebylex(Ctx);

// read.cpp
keel_status zcard(Ctx);
keel_status zcount(Ctx);
keel_status zlexcount(Ctx);
keel_status zmscore(Ctx);
keel_status zrank(Ctx);
keel_status zrevrank(Ctx);
keel_status zscore(Ctx);

// range.cpp
keel_status zrange(Ctx);
keel_status zrangestore(Ctx);
keel_status zrevrange(Ctx);
keel_status zrangebyscore(Ctx);
keel_status zrevrangebyscore(Ctx);
keel_status zrangebylex(Ctx);
keel_status zrevrangebylex(Ctx);

// pop.cpp
keel_status zpopmin(Ctx);
keel_status zpopmax(Ctx);
keel_status bzpopmin(Ctx);
keel_status bzpopmax(Ctx);

// mpop.cpp
keel_status zmpop(Ctx);
keel_status bzmpop(Ctx);

// algebra.cpp
keel_status zunion(Ctx);
keel_status zinter(Ctx);
keel_status zdiff(Ctx);
keel_status zintercard(Ctx);
keel_status zunionstore(Ctx);
keel_status zinterstore(Ctx);
keel_status zdiffstore(Ctx);

// random.cpp
keel_status zrandmember(Ctx);

// scan.cpp
keel_status zscan(Ctx);

}  // namespace zsets
