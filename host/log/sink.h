// host/log/sink.h - where the lines of base::log() go: a file or standard output, as text, logfmt or JSON.
//
// One per process.  Until open_log() the lines go to standard error.
#pragma once
#include <string>

#include "host/base/settings.h"

namespace keel::log {

// [control] From now on every line goes to `file`, appended; empty = standard output.  False: the file cannot be
// opened, `error` is why, and lines go where they went before.  Never throws; a line that cannot be written is dropped.
bool open_log(const std::string& file, base::LogFormat format, std::string& error) noexcept;

// [any] The form of the lines from now on.
void set_log_format(base::LogFormat format) noexcept;

// [any, not in a signal handler] Opens the same file again, for a rotation that has renamed the old one (SIGHUP).
// False: the old file stays in use, and `error` is why.
bool reopen_log(std::string& error) noexcept;

// [any] The letter behind the process id in the text form: M for a primary, S for a replica, C before it is known.
void set_log_role(char letter) noexcept;

// [control] Flushes; lines go to standard error again.
void close_log() noexcept;

}  // namespace keel::log
