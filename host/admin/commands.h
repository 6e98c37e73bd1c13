// host/admin/commands.h - registers the commands about connections and the server.
#pragma once
#include "host/admin/server.h"
#include "host/exec/command_table.h"

namespace keel::admin {

// [control] Adds all rows, with `server` as their self. An error is a sentence; empty = all were taken.
std::string register_commands(exec::CommandTable& commands, Server& server);

}  // namespace keel::admin
