// plugins/types/hash/docs.h - what COMMAND DOCS and the tips of COMMAND INFO say of the hash commands.
#pragma once
#include "keel/command.h"

namespace hashes::docs {

extern const keel_doc hexpire, hexpireat, hexpiretime, hgetdel, hgetex, hpersist, hpexpire, hpexpireat, hpexpiretime,
    hpttl, hsetex, httl;
extern const keel_doc hdel, hexists, hget, hgetall, hincrby, hincrbyfloat, hkeys, hlen, hmget, hmset, hrandfield, hscan,
    hset, hsetnx, hstrlen, hvals;

}  // namespace hashes::docs
