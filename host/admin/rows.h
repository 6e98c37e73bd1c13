// host/admin/rows.h - the rows that each file of this folder gives; commands.cpp puts them together.
#pragma once
#include <span>

#include "keel/cpp/tables.hpp"

namespace keel::admin {

using Rows = std::span<const keel_command>;

// Flags that many rows share.
inline constexpr uint64_t kAnyTime = KEEL_CMD_LOADING | KEEL_CMD_STALE;
inline constexpr uint64_t kHandshake =
    KEEL_CMD_NOSCRIPT | kAnyTime | KEEL_CMD_FAST | KEEL_CMD_NO_AUTH | KEEL_CMD_ALLOW_BUSY;
inline constexpr uint64_t kAdmin = KEEL_CMD_ADMIN | KEEL_CMD_NOSCRIPT | kAnyTime;

Rows connection_rows();    // PING ECHO QUIT RESET
Rows hello_rows();         // HELLO AUTH
Rows time_rows();          // TIME LOLWUT
Rows wait_rows();          // WAIT
Rows shutdown_rows();      // SHUTDOWN
Rows client_rows();        // CLIENT and most of its subcommands
Rows client_list_rows();   // CLIENT INFO, LIST
Rows client_kill_rows();   // CLIENT KILL
Rows client_pause_rows();  // CLIENT PAUSE, UNPAUSE
Rows command_rows();       // COMMAND COUNT LIST INFO HELP
Rows command_docs_rows();  // COMMAND DOCS
Rows command_keys_rows();  // COMMAND GETKEYS, GETKEYSANDFLAGS
Rows config_rows();        // CONFIG
Rows info_rows();          // INFO
Rows memory_rows();        // MEMORY
Rows slowlog_rows();       // SLOWLOG
Rows latency_rows();       // LATENCY
Rows monitor_rows();       // MONITOR
Rows debug_rows();         // DEBUG
Rows module_rows();        // MODULE
Rows plugin_rows();        // PLUGIN
Rows scripting_rows();     // FUNCTION FLUSH LIST, SCRIPT EXISTS FLUSH

}  // namespace keel::admin
