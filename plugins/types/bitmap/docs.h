// plugins/types/bitmap/docs.h - what COMMAND DOCS says of the commands of this plugin.
#pragma once
#include "keel/command.h"

namespace bitmap::docs {

extern const keel_doc bitcount, bitop, bitpos, getbit, setbit;

}  // namespace bitmap::docs
