// plugins/types/stream/docs.h - what COMMAND DOCS and the tips of COMMAND INFO say of the stream commands.
#pragma once
#include "keel/command.h"

namespace streams::docs {

extern const keel_doc xack, xadd, xautoclaim, xclaim, xdel, xgroup, xgroup_create, xgroup_createconsumer,
    xgroup_delconsumer, xgroup_destroy, xgroup_help, xgroup_setid, xinfo, xinfo_consumers, xinfo_groups, xinfo_help,
    xinfo_stream, xlen, xpending, xrange, xread, xreadgroup, xrevrange, xsetid, xtrim;

}  // namespace streams::docs
