#include "host/base/log.h"

#include <atomic>
#include <cstdio>
#include <string>

namespace keel::base {
namespace {

void to_stderr(LogLevel, std::string_view message, const LogField* fields, size_t n) {
  std::string line{message};
  for (size_t i = 0; i < n; ++i) line.append(" ").append(fields[i].name).append("=").append(fields[i].value);
  line += '\n';
  std::fputs(line.c_str(), stderr);
}

std::atomic<LogSink> g_sink{to_stderr};
std::atomic<LogLevel> g_level{LogLevel::kNotice};

}  // namespace

void set_log_sink(LogSink sink) {
  g_sink.store(sink, std::memory_order_release);
}
void set_log_level(LogLevel level) {
  g_level.store(level, std::memory_order_relaxed);
}
bool log_enabled(LogLevel level) {
  return level >= g_level.load(std::memory_order_relaxed);
}

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (log_enabled(level)) g_sink.load(std::memory_order_acquire)(level, message, fields.begin(), fields.size());
}

}  // namespace keel::base
