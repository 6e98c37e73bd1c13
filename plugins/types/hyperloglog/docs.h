// plugins/types/hyperloglog/docs.h - what COMMAND DOCS says of the commands of this plugin.
#pragma once
#include "keel/command.h"

namespace hyperloglog::docs {

extern const keel_doc pfadd, pfcount, pfdebug, pfmerge, pfselftest;

}  // namespace hyperloglog::docs
