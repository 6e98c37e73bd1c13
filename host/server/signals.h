// host/server/signals.h - signals as events of a loop, and the report of a crash.
#pragma once
#include <functional>

#include "host/loop/loop.h"

namespace keel::server {

// [control] Before any thread starts: SIGTERM, SIGINT and SIGHUP are blocked for all, SIGPIPE is ignored.
void block_signals();
// [control] From now on they run these on the loop.
void watch_signals(loop::Loop& loop, std::function<void(int signal)> on_stop, std::function<void()> on_reload);
// [control|executor] A fault is reported in the log's file, or on standard output when there is none (`log_file` is
// empty), or on standard error when the file cannot be opened: with a backtrace and the name of the plugin that the
// address lies in. Then the process ends by the signal.
void install_crash_report(const char* log_file);
// From now on a fault just ends the process.
void remove_crash_report();

}  // namespace keel::server
