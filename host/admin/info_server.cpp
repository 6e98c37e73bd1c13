// INFO: the process, its connections, its plugins.
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>

#include "host/admin/client_words.h"
#include "host/admin/info.h"
#include "host/base/clock.h"

namespace keel::admin {
namespace {

std::string operating_system() {
  utsname u{};
  if (::uname(&u) != 0) return "unknown";
  return std::string{u.sysname} + " " + u.release + " " + u.machine;
}

std::string_view supervisor(base::Supervised s) {
  if (s == base::Supervised::kSystemd) return "systemd";
  return s == base::Supervised::kUpstart ? "upstart" : "no";
}

void seconds(InfoText& t, std::string_view name, const timeval& v) {
  std::string micros = std::to_string(v.tv_usec);
  micros.insert(0, 6 - std::min<size_t>(micros.size(), 6), '0');
  t.field(name, std::to_string(v.tv_sec) + "." + micros);
}

}  // namespace

void info_server(InfoText& t, const Server& s) {
  const int64_t uptime_s = (base::monotonic_ns() - s.started_ns) / 1'000'000'000;
  const int64_t now_us = base::unix_us();
  t.field("redis_version", std::string_view{kRedisVersion});
  t.field("redis_git_sha1", std::string_view{"00000000"});
  t.field("redis_git_dirty", 0);
  t.field("redis_mode", std::string_view{"standalone"});
  t.field("os", operating_system());
  t.field("arch_bits", sizeof(void*) * 8);
  t.field("monotonic_clock", std::string_view{"POSIX clock_gettime"});
  t.field("multiplexing_api", std::string_view{"epoll"});
  t.field("atomicvar_api", std::string_view{"c11-builtin"});
  t.field("gcc_version",
          std::to_string(__GNUC__) + "." + std::to_string(__GNUC_MINOR__) + "." + std::to_string(__GNUC_PATCHLEVEL__));
  t.field("process_id", ::getpid());
  t.field("process_supervised", supervisor(s.supervisor));
  t.field("run_id", s.run_id);
  t.field("tcp_port", s.settings.port.get());
  t.field("server_time_usec", now_us);
  t.field("uptime_in_seconds", uptime_s);
  t.field("uptime_in_days", uptime_s / 86400);
  t.field("hz", s.executor.hz());
  t.field("configured_hz", s.settings.hz.get());
  t.field("lru_clock", now_us / 1'000'000 & 0xffffff);
  t.field("executable", s.executable);
  t.field("config_file", s.configuration.file());
  t.field("io_threads_active", s.io_threads > 1 ? 1 : 0);
  t.field("io_threads", s.io_threads);
  t.field("keel_version", s.version);
  for (size_t i = 0; i < s.listeners.size(); ++i) {
    const Listener& l = s.listeners[i];
    t.field("listener" + std::to_string(i),
            "name=" + l.scheme + ",bind=" + l.bind + (l.port != 0 ? ",port=" + std::to_string(l.port) : std::string{}));
  }
}

void info_clients(InfoText& t, const Server& s) {
  uint64_t input = 0, output = 0;
  for (const exec::Client* c : s.executor.clients.all()) {
    input = std::max<uint64_t>(input, c->traffic.query_buffer.load(std::memory_order_relaxed));
    output = std::max(output, c->traffic.output.load(std::memory_order_relaxed));
  }
  t.field("connected_clients", s.executor.clients.size());
  t.field("cluster_connections", 0);
  t.field("maxclients", s.settings.maxclients.get());
  t.field("client_recent_max_input_buffer", input);
  t.field("client_recent_max_output_buffer", output);
  t.field("blocked_clients", s.executor.blocked());
  t.field("tracking_clients", 0);
  t.field("clients_in_timeout_table", s.executor.blocked_with_deadline());
}

void info_cpu(InfoText& t, const Server&) {
  rusage self{}, children{}, thread{};
  ::getrusage(RUSAGE_SELF, &self);
  ::getrusage(RUSAGE_CHILDREN, &children);
  ::getrusage(RUSAGE_THREAD, &thread);
  seconds(t, "used_cpu_sys", self.ru_stime);
  seconds(t, "used_cpu_user", self.ru_utime);
  seconds(t, "used_cpu_sys_children", children.ru_stime);
  seconds(t, "used_cpu_user_children", children.ru_utime);
  seconds(t, "used_cpu_sys_main_thread", thread.ru_stime);
  seconds(t, "used_cpu_user_main_thread", thread.ru_utime);
}

// Redis modules do not run here; the section stays, since clients look for it.
void info_modules(InfoText&, const Server&) {}

void info_plugins(InfoText& t, const Server& s) {
  for (const auto& plugin : s.plugins.plugins()) {
    std::string provides;
    for (const std::string& p : plugin->manifest().provides) provides.append(provides.empty() ? "" : "|").append(p);
    t.field("plugin", "name=" + plugin->name() + ",version=" + plugin->manifest().version + ",provides=[" + provides +
                          "],path=" + plugin->path().string());
  }
}

void info_replication(InfoText& t, const Server& s) {
  const std::string& backlog = s.configuration.options().value("repl-backlog-size");
  t.field("role", std::string_view{"master"});
  t.field("connected_slaves", 0);
  t.field("master_failover_state", std::string_view{"no-failover"});
  t.field("master_replid", s.executor.replication_id);
  t.field("master_replid2", std::string(40, '0'));
  t.field("master_repl_offset", s.executor.change_log.end());
  t.field("second_repl_offset", -1);
  t.field("repl_backlog_active", 0);
  t.field("repl_backlog_size", backlog.empty() ? std::string_view{"1048576"} : backlog);
  t.field("repl_backlog_first_byte_offset", 0);
  t.field("repl_backlog_histlen", 0);
}

void info_cluster(InfoText& t, const Server&) {
  t.field("cluster_enabled", 0);
}

}  // namespace keel::admin
