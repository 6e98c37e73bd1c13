// host/base/log.h - the words with which every part of the host speaks to the log.  Where the lines go is set once, at
// start, by host/log; before that they go to standard error.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace keel::base {

enum class LogLevel : int32_t { kDebug = 0, kVerbose = 1, kNotice = 2, kWarning = 3, kNothing = 4 };

struct LogField {  // a fact beside the message: peer=127.0.0.1:50312
  std::string_view name;
  std::string_view value;
};

// [any] One event, as one line.  Control characters in message and values are escaped.
void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

// Whether a line of that level would be written: ask before building an expensive one. [any]
bool log_enabled(LogLevel level);

// The receiver of lines; must be callable from any thread. [control]
using LogSink = void (*)(LogLevel level, std::string_view message, const LogField* fields, size_t n);
void set_log_sink(LogSink sink);
void set_log_level(LogLevel level);

}  // namespace keel::base
