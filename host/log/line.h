// host/log/line.h - one event as the bytes of one line, in each of the three forms.
#pragma once
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "host/base/log.h"
#include "host/base/settings.h"

namespace keel::log {

struct Event {
  base::LogLevel level;
  std::string_view message;
  const base::LogField* fields;
  size_t n;
  std::chrono::system_clock::time_point time;
  int32_t pid;
  char role;
};

// Appends the line, without its end.  text: "123:M 22 Nov 2026 00:06:48.400 * message name=value", local time;
// logfmt and JSON: UTC.  Control bytes and, in JSON, invalid UTF-8 are escaped, so that a line stays one line.
void append_line(std::string& out, base::LogFormat format, const Event& event);

// The pieces, for tests.
void append_json_string(std::string& out, std::string_view text);   // with its quotation marks; invalid bytes as U+FFFD
void append_logfmt_value(std::string& out, std::string_view text);  // quoted where it must be
void append_escaped(std::string& out, std::string_view text);       // control bytes as \n, \t, \xNN; nothing else
size_t utf8_length(std::string_view text);  // of the character at the front; 0 = what stands there is none

}  // namespace keel::log
