// plugins/types/string/docs.h - what COMMAND DOCS and the tips of COMMAND INFO say of the string commands.
#pragma once
#include "keel/command.h"

namespace strings::docs {

extern const keel_doc append, decr, decrby, get, getdel, getex, getrange, getset, incr, incrby, incrbyfloat, lcs, mget,
    mset, msetnx, psetex, set, setex, setnx, setrange, strlen, substr;

}  // namespace strings::docs
