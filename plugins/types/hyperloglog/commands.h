// plugins/types/hyperloglog/commands.h - the handlers; the table in plugin.cpp gives them their names.
#pragma once
#include "plugins/types/hyperloglog/wiring.h"

namespace hyperloglog {

// pfadd.cpp
keel_status pfadd(Ctx);

// pfcount.cpp
keel_status pfcount(Ctx);

// pfmerge.cpp
keel_status pfmerge(Ctx);

// pfdebug.cpp
keel_status pfdebug(Ctx);
keel_status pfselftest(Ctx);

}  // namespace hyperloglog
