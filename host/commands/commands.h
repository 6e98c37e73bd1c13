// host/commands/commands.h - the generic commands on keys and databases: what works on a key of any type.
#pragma once
#include "host/exec/command_table.h"

namespace keel::commands {

// [control] Adds the rows of this folder. Throws std::logic_error when one of their names is taken.
void register_commands(exec::CommandTable& table);

}  // namespace keel::commands
