// plugins/types/set/docs.h - what COMMAND DOCS and the tips of COMMAND INFO say of the set commands.
#pragma once
#include "keel/command.h"

namespace sets::docs {

extern const keel_doc sadd, scard, sdiff, sdiffstore, sinter, sintercard, sinterstore, sismember, smembers, smismember,
    smove, spop, srandmember, srem, sscan, sunion, sunionstore;

}  // namespace sets::docs
