// plugins/types/zset/docs.h - what COMMAND DOCS and the tips of COMMAND INFO say of the commands for sorted sets.
#pragma once
#include "keel/command.h"

namespace zsets::docs {

extern const keel_doc bzmpop, bzpopmax, bzpopmin, zadd, zcard, zcount, zdiff, zdiffstore, zincrby, zinter, zintercard,
    zinterstore, zlexcount, zmpop, zmscore, zpopmax, zpopmin, zrandmember, zrange, zrangebylex, zrangebyscore,
    zrangestore, zrank, zrem, zremrangebylex, zremrangebyrank, zremrangebyscore, zrevrange, zrevrangebylex,
    zrevrangebyscore, zrevrank, zscan, zscore, zunion, zunionstore;

}  // namespace zsets::docs
