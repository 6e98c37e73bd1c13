// plugins/types/bitfield/docs.h - what COMMAND DOCS says of the commands of this plugin.
#pragma once
#include "keel/command.h"

namespace bitfield::docs {

extern const keel_doc bitfield, bitfield_ro;

}  // namespace bitfield::docs
