#include "host/log/sink.h"

#include <fcntl.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>

#include "host/log/line.h"

namespace keel::log {
namespace {

using base::LogFormat;
using base::LogLevel;

// The line is complete when it comes here.
class AsItIs : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    out.append(message.payload.data(), message.payload.data() + message.payload.size());
    out.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<AsItIs>(); }
};

using Sink = std::shared_ptr<spdlog::sinks::sink>;

// A copy of the pointer is taken under the lock; the sinks have locks of their own for their writes.
std::mutex g_mutex;
Sink g_sink;
std::string g_file;
std::atomic<LogFormat> g_format{LogFormat::kText};
std::atomic<char> g_role{'C'};

// spdlog would make missing directories and keep trying; an operator's mistake is better told at once.
bool can_append(const std::string& file, std::string& error) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
  if (fd < 0) {
    error = std::strerror(errno);
    return false;
  }
  ::close(fd);
  return true;
}

Sink make_sink(const std::string& file) {
  Sink sink;
  if (file.empty())
    sink = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  else
    sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file, false);
  sink->set_formatter(std::make_unique<AsItIs>());
  return sink;
}

void write(LogLevel level, std::string_view message, const base::LogField* fields, size_t n) noexcept {
  try {
    std::string line;
    line.reserve(message.size() + 64);
    const Event event{level,
                      message,
                      fields,
                      n,
                      std::chrono::system_clock::now(),
                      ::getpid(),
                      g_role.load(std::memory_order_relaxed)};
    append_line(line, g_format.load(std::memory_order_relaxed), event);
    Sink sink;
    {
      std::lock_guard lock(g_mutex);
      sink = g_sink;
    }
    if (!sink) {
      line += '\n';
      std::fwrite(line.data(), 1, line.size(), stderr);
      return;
    }
    sink->log(spdlog::details::log_msg({}, spdlog::level::info, line));
    sink->flush();  // a line that matters is often the last one
  } catch (...) {   // a full disk must not take the server down
  }
}

bool refuse(const std::exception& failure, std::string& error) noexcept {
  try {
    error = failure.what();
  } catch (...) {  // not even room for the reason
  }
  return false;
}

}  // namespace

bool open_log(const std::string& file, LogFormat format, std::string& error) noexcept {
  try {
    if (!file.empty() && !can_append(file, error)) return false;
    Sink sink = make_sink(file);
    {
      std::lock_guard lock(g_mutex);
      g_sink = std::move(sink);
      g_file = file;
    }
    set_log_format(format);
    base::set_log_sink(write);
    return true;
  } catch (const std::exception& failure) {
    return refuse(failure, error);
  }
}

bool reopen_log(std::string& error) noexcept {
  try {
    std::string file;
    {
      std::lock_guard lock(g_mutex);
      if (!g_sink || g_file.empty()) return true;
      file = g_file;
    }
    if (!can_append(file, error)) return false;
    Sink sink = make_sink(file);
    std::lock_guard lock(g_mutex);
    if (g_file == file) g_sink = std::move(sink);
    return true;
  } catch (const std::exception& failure) {
    return refuse(failure, error);
  }
}

void set_log_format(LogFormat format) noexcept {
  g_format.store(format, std::memory_order_relaxed);
}
void set_log_role(char letter) noexcept {
  g_role.store(letter, std::memory_order_relaxed);
}

void close_log() noexcept {
  std::lock_guard lock(g_mutex);
  g_sink.reset();
  g_file.clear();
}

}  // namespace keel::log
