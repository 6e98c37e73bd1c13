#include "host/admin/commands.h"

#include "host/admin/rows.h"

namespace keel::admin {
namespace {

// A container's own file comes before the files of its subcommands.
constexpr Rows (*kFiles[])() = {
    connection_rows,  hello_rows,       time_rows,         wait_rows,      shutdown_rows,     client_rows,
    client_list_rows, client_kill_rows, client_pause_rows, command_rows,   command_docs_rows, command_keys_rows,
    config_rows,      info_rows,        memory_rows,       slowlog_rows,   latency_rows,      monitor_rows,
    debug_rows,       module_rows,      plugin_rows,       scripting_rows,
};

}  // namespace

std::string register_commands(exec::CommandTable& commands, Server& server) {
  for (const auto rows : kFiles)
    for (const keel_command& row : rows())
      if (std::string error = commands.add(row, "", &server); !error.empty()) return error;
  return {};
}

}  // namespace keel::admin
