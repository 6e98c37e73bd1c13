// host/server/signals.h - signals as events of a loop, and the report of a crash.
#pragma once
#include <functional>

#include "host/loop/loop.h"

namespace keel::server {

// [control] Before any thread starts: SIGTERM, SIGINT and SIGHUP are blocked for all, SIGPIPE is ignored.
void block_signals();
// [control] From now on they run these on the loop.
void watch_signals(loop::Loop& loop, std::function<void(int signal)> on_stop, std::function<void()> on_reload);
// A fault is reported on standard error, or in the log's file, with a backtrace and the name of the plugin
// that the address lies in; then the process ends by the signal. [control|executor], as the next.
void install_crash_report(const char* log_file);
// From now on a fault just ends the process.
void remove_crash_report();

}  // namespace keel::server
