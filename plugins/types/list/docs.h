// plugins/types/list/docs.h - what COMMAND DOCS says of the list commands.
#pragma once
#include "keel/command.h"

namespace lists::docs {

extern const keel_doc blmove, blmpop, blpop, brpop, brpoplpush, lindex, linsert, llen, lmove, lmpop, lpop, lpos, lpush,
    lpushx, lrange, lrem, lset, ltrim, rpop, rpoplpush, rpush, rpushx;

}  // namespace lists::docs
