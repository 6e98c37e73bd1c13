#include "host/config/server_options.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <utility>

#include "host/base/log.h"
#include "host/config/server_values.h"

namespace keel::config {
namespace {

using namespace base;

constexpr uint32_t kFixed = 0;
constexpr uint32_t kMutable = KEEL_OPTION_MUTABLE;
constexpr int64_t kInt = std::numeric_limits<int32_t>::max();
constexpr int64_t kUint = std::numeric_limits<uint32_t>::max();
constexpr int64_t kLong = std::numeric_limits<int64_t>::max();
constexpr int64_t kMegabyte = 1 << 20;

// The rows are written with these; each gives apply() for a member of Settings.
class Rows {
 public:
  explicit Rows(Settings& settings) : s_(settings) {}
  std::vector<Row> take() { return std::move(rows_); }

  Row& add(Row row, std::function<void(const std::string&)> write) {
    row.apply = [write = std::move(write)](const std::string& value, std::string&) {
      write(value);
      return true;
    };
    return rows_.emplace_back(std::move(row));
  }
  Row& flag(const char* name, const char* initial, uint32_t flags, Value<bool>& to, const char* doc) {
    return add(Row{name, initial, doc, KEEL_OPTION_BOOL, flags}, [&to](const std::string& v) { to.set(v == "yes"); });
  }
  template <typename T>
  Row& number(const char* name, const char* initial, int64_t min, int64_t max, uint32_t flags, Value<T>& to,
              const char* doc, uint32_t type = KEEL_OPTION_INTEGER) {
    return add(Row{name, initial, doc, type, flags, min, max}, [&to](const std::string& v) {
      const int64_t n = std::strtoll(v.c_str(), nullptr, 10);
      to.set(static_cast<T>(!v.empty() && v.back() == '%' ? -n : n));
    });
  }
  template <typename T>
  Row& memory(const char* name, const char* initial, int64_t min, int64_t max, uint32_t flags, Value<T>& to,
              const char* doc) {
    return number(name, initial, min, max, flags, to, doc, KEEL_OPTION_MEMORY);
  }
  Row& text(const char* name, const char* initial, int64_t max, uint32_t flags, GuardedText& to, const char* doc) {
    return add(Row{name, initial, doc, KEEL_OPTION_STRING, flags, 0, max}, [&to](const std::string& v) { to.set(v); });
  }
  template <typename T>
  using Choices = std::vector<std::pair<const char*, T>>;
  template <typename T>
  Row& choice(const char* name, const char* initial, uint32_t flags, Value<T>& to, Choices<T> choices,
              const char* doc) {
    Row row{name, initial, doc, KEEL_OPTION_ENUM, flags};
    for (const auto& [word, value] : choices) row.choices.emplace_back(word);
    return add(std::move(row), [&to, choices](const std::string& v) {
      for (const auto& [word, value] : choices)
        if (v == word) to.set(value);
    });
  }
  Row& list(const char* name, const char* initial, uint32_t flags, Normalise normalise,
            std::function<void(const std::string&)> write, const char* doc) {
    Row& row = add(Row{name, initial, doc, KEEL_OPTION_LIST, flags}, std::move(write));
    row.normalise = std::move(normalise);
    return row;
  }

  void connections();
  void memory_and_keys();
  void watching();
  void process();
  void commands();
  void plugins();
  void persistence();

 private:
  Settings& s_;
  std::vector<Row> rows_;
};

// A directive with one value only, and why.
Normalise only(std::string allowed, std::string why) {
  return [allowed = std::move(allowed), why = std::move(why)](const Words& words, const std::string&, std::string& out,
                                                              std::string& error) {
    out = allowed;
    const std::string given = lower(join(words));
    if (given == allowed) return true;
    error = !allowed.empty() && given != "yes" ? "argument must be 'yes' or 'no'" : why;
    return false;
  };
}

void Rows::connections() {
  list(
      "bind", "* -::*", kMutable, normalise_bind, [&s = s_](const std::string& v) { s.bind.set(split_at_spaces(v)); },
      "Addresses of the first tcp listener; \"-\" in front: may be missing");
  number("port", "6379", 0, 65535, kMutable, s_.port, "Port of the first tcp listener; 0 = none");
  text("unixsocket", "", 0, kFixed, s_.unixsocket, "Path of the first unix listener");
  add(Row{"unixsocketperm", "0", "Mode of that socket, octal; 0 = what umask gives", KEEL_OPTION_OCTAL, kFixed, 0,
          0777},
      [&s = s_](const std::string& v) {
        s.unixsocketperm.set(static_cast<int32_t>(std::strtol(v.c_str(), nullptr, 8)));
      });
  number("tcp-backlog", "511", 0, kInt, kFixed, s_.tcp_backlog,
         "Connections that the kernel keeps until they are accepted");
  number("tcp-keepalive", "300", 0, kInt, kMutable, s_.tcp_keepalive,
         "Seconds between probes of a silent peer; 0 = none");
  number("timeout", "0", 0, kInt, kMutable, s_.timeout, "Seconds after which an idle client is closed; 0 = never");
  flag("protected-mode", "yes", kMutable, s_.protected_mode, "Without a password, serve only clients of this machine");
  number("maxclients", "10000", 1, kUint, kMutable, s_.maxclients, "Connections at the same time");
  number("max-new-connections-per-cycle", "10", 1, 1000, kMutable, s_.max_new_connections_per_cycle,
         "Connections accepted per turn of a loop");
  number("max-new-tls-connections-per-cycle", "1", 1, 1000, kMutable, s_.max_new_tls_connections_per_cycle,
         "The same for listeners with a layer, whose connections begin with a handshake");
  number("socket-mark-id", "0", 0, kUint, kFixed, s_.socket_mark_id,
         "Mark (SO_MARK) of the listening TCP sockets, for routing and firewalls; 0 = none");
  number("io-threads", "auto", 1, 128, kFixed, s_.io_threads,
         "Threads that read, write and parse; auto = by the processors")
      .normalise = [](const Words& words, const std::string&, std::string& out, std::string& error) {
    const Row plain{"io-threads", "1", "", KEEL_OPTION_INTEGER, kFixed, 1, 128};
    const bool automatic = words.size() == 1 && lower(words[0]) == "auto";
    return check_value(plain, automatic ? Words{std::to_string(automatic_io_threads())} : words, {}, out, error);
  };
  list(
      "client-output-buffer-limit", "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
      kMutable | kRowAppends | kRowPairs, normalise_output_limits,
      [&s = s_](const std::string& v) {
        const auto limits = output_limits_of(v);
        for (size_t i = 0; i < kClientClasses; ++i) {
          s.client_output_buffer_limit[i].hard_bytes.set(limits[i].hard_bytes);
          s.client_output_buffer_limit[i].soft_bytes.set(limits[i].soft_bytes);
          s.client_output_buffer_limit[i].soft_seconds.set(limits[i].soft_seconds);
        }
      },
      "Unread replies that close a client: class, hard bytes, soft bytes, seconds above soft");
  memory("client-query-buffer-limit", "1073741824", kMegabyte, kLong, kMutable, s_.client_query_buffer_limit,
         "Bytes of commands not yet run, per client");
  memory("proto-max-bulk-len", "536870912", kMegabyte, kLong, kMutable, s_.proto_max_bulk_len,
         "Bytes of one argument of a command");
  add(Row{"requirepass", "", "Password of the default user; may be {file: ...} or {env: ...}", KEEL_OPTION_STRING,
          kMutable | KEEL_OPTION_SECRET, 0, 0},
      [&s = s_](const std::string& v) {
        s.requirepass.set(v);
        s.has_requirepass.set(!v.empty());
      });
}

void Rows::memory_and_keys() {
  number("databases", "16", 1, kInt, kFixed, s_.databases, "Databases that SELECT may choose");
  memory("maxmemory", "0", 0, kLong, kMutable, s_.maxmemory, "Bytes of memory to stay below; 0 = no limit");
  choice<EvictionPolicy>("maxmemory-policy", "noeviction", kMutable, s_.maxmemory_policy,
                         {{"volatile-lru", EvictionPolicy::kVolatileLru},
                          {"volatile-lfu", EvictionPolicy::kVolatileLfu},
                          {"volatile-random", EvictionPolicy::kVolatileRandom},
                          {"volatile-ttl", EvictionPolicy::kVolatileTtl},
                          {"allkeys-lru", EvictionPolicy::kAllkeysLru},
                          {"allkeys-lfu", EvictionPolicy::kAllkeysLfu},
                          {"allkeys-random", EvictionPolicy::kAllkeysRandom},
                          {"noeviction", EvictionPolicy::kNoEviction}},
                         "Which keys give way when maxmemory is reached");
  number("maxmemory-samples", "5", 1, kInt, kMutable, s_.maxmemory_samples, "Keys compared for each eviction");
  number("maxmemory-eviction-tenacity", "10", 0, 100, kMutable, s_.maxmemory_eviction_tenacity,
         "How long eviction may delay commands: 0 least, 100 without limit");
  memory("maxmemory-clients", "0", 0, kLong, kMutable | KEEL_OPTION_PERCENT, s_.maxmemory_clients,
         "Bytes of all client buffers, or n% of maxmemory; 0 = no limit");
  flag("lazyfree-lazy-eviction", "no", kMutable, s_.lazyfree_lazy_eviction, "Free evicted values in the background");
  flag("lazyfree-lazy-expire", "no", kMutable, s_.lazyfree_lazy_expire, "Free expired values in the background");
  flag("lazyfree-lazy-server-del", "no", kMutable, s_.lazyfree_lazy_server_del,
       "Free values that a command replaces in the background");
  flag("lazyfree-lazy-user-del", "no", kMutable, s_.lazyfree_lazy_user_del, "DEL behaves like UNLINK");
  flag("lazyfree-lazy-user-flush", "no", kMutable, s_.lazyfree_lazy_user_flush,
       "FLUSHALL and FLUSHDB without a word behave like ASYNC");
  flag("replica-lazy-flush", "no", kMutable, s_.replica_lazy_flush,
       "A replica empties itself in the background before a full synchronisation")
      .other_name = "slave-lazy-flush";
  number("lfu-log-factor", "10", 0, kInt, kMutable, s_.lfu_log_factor, "How slowly the counter of accesses grows");
  number("lfu-decay-time", "1", 0, kInt, kMutable, s_.lfu_decay_time, "Minutes after which that counter loses one");
  number("hz", "10", 0, kInt, kMutable, s_.hz, "Rounds of background work per second, 1 to 500").normalise =
      [](const Words& words, const std::string&, std::string& out, std::string& error) {
        const Row plain{"hz", "10", "", KEEL_OPTION_INTEGER, kMutable, 0, kInt};
        if (!check_value(plain, words, {}, out, error)) return false;
        const int64_t n = std::strtoll(out.c_str(), nullptr, 10);
        if (n < 1) out = "1";
        if (n > 500) out = "500";
        return true;
      };
  flag("dynamic-hz", "yes", kMutable, s_.dynamic_hz,
       "More rounds while there are more than 200 clients for each of them");
  number("active-expire-effort", "1", 1, 10, kMutable, s_.active_expire_effort,
         "How much work goes into finding expired keys");
  flag("activerehashing", "yes", kMutable, s_.activerehashing,
       "Accepted; tables grow and shrink by single segments as keys come and go, so nothing is left for idle time");
  flag("jemalloc-bg-thread", "yes", kMutable, s_.jemalloc_bg_thread,
       "Let the allocator return memory in the background");
  number("tracking-table-max-keys", "1000000", 0, kLong, kMutable, s_.tracking_table_max_keys,
         "Keys remembered for client-side caching; 0 = no limit");
  list(
      "notify-keyspace-events", "", kMutable, normalise_events,
      [&s = s_](const std::string& v) { s.notify_keyspace_events.set(events_of(v)); },
      "Classes of keyspace events to publish: letters of Ag$lshzxeKEtmdn")
      .type = KEEL_OPTION_STRING;
}

void Rows::watching() {
  number("slowlog-log-slower-than", "10000", -1, kLong, kMutable, s_.slowlog_log_slower_than,
         "Microseconds from which a command is slow; 0 = all, -1 = none");
  number("slowlog-max-len", "128", 0, kLong, kMutable, s_.slowlog_max_len, "Slow commands remembered");
  number("latency-monitor-threshold", "0", 0, kLong, kMutable, s_.latency_monitor_threshold,
         "Milliseconds from which the latency monitor records; 0 = off");
  flag("latency-tracking", "yes", kMutable, s_.latency_tracking, "Measure the time of every command");
  list(
      "latency-tracking-info-percentiles", "50 99 99.9", kMutable, normalise_percentiles,
      [&s = s_](const std::string& v) { s.latency_tracking_info_percentiles.set(percentiles_of(v)); },
      "Percentiles that INFO latencystats shows");
  add(Row{"loglevel",
          "notice",
          "Least important lines that are written",
          KEEL_OPTION_ENUM,
          kMutable,
          0,
          0,
          {"debug", "verbose", "notice", "warning"}},
      [&s = s_](const std::string& v) {
        const auto level = v == "debug"     ? LogLevel::kDebug
                           : v == "verbose" ? LogLevel::kVerbose
                           : v == "notice"  ? LogLevel::kNotice
                                            : LogLevel::kWarning;
        s.loglevel.set(static_cast<int32_t>(level));
        set_log_level(level);
      });
  text("logfile", "", 0, kFixed, s_.logfile, "File of the log; empty = standard output");
  choice<LogFormat>("log-format", "text", kMutable, s_.log_format,
                    {{"text", LogFormat::kText}, {"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}},
                    "Form of a line");
  flag("syslog-enabled", "no", kFixed, s_.syslog_enabled, "Only no: the service manager collects the log").normalise =
      only("no", "this server does not speak to syslog; let the service manager collect its output");
  flag("crash-log-enabled", "yes", kMutable, s_.crash_log_enabled, "Write a report when the process crashes");
  flag("crash-memcheck-enabled", "yes", kMutable, s_.crash_memcheck_enabled, "Accepted; there is no memory check");
}

void Rows::process() {
  add(Row{"dir", ".", "Working directory", KEEL_OPTION_STRING, kMutable | kRowProtected}, [](const std::string&) {});
  rows_.back().normalise = normalise_directory;
  rows_.back().apply = [this_settings = &s_](const std::string& v, std::string& error) {
    if (::chdir(v.c_str()) != 0) {
      error = std::strerror(errno);
      return false;
    }
    this_settings->dir.set(v);
    return true;
  };
  text("pidfile", "", 0, kFixed, s_.pidfile, "File that holds the process id; empty = none");
  choice<Supervised>("supervised", "no", kFixed, s_.supervised,
                     {{"upstart", Supervised::kUpstart},
                      {"systemd", Supervised::kSystemd},
                      {"auto", Supervised::kAuto},
                      {"no", Supervised::kNo}},
                     "Which service manager to tell when the server is ready; auto = the one that is there");
  flag("daemonize", "no", kFixed, s_.daemonize, "Only no: the service manager puts the server in the background")
      .normalise = only("no", "this server does not put itself in the background; let the service manager do it");
  flag("set-proc-title", "yes", kFixed, s_.set_proc_title, "Replace what ps shows by proc-title-template");
  add(Row{"proc-title-template", "{title} {listen-addr} {server-mode}", "What ps shows", KEEL_OPTION_STRING, kMutable},
      [&s = s_](const std::string& v) { s.proc_title_template.set(v); })
      .normalise = normalise_title;
  flag("always-show-logo", "no", kFixed, s_.always_show_logo, "Accepted; there is no logo");
  number("shutdown-timeout", "10", 0, kInt, kMutable, s_.shutdown_timeout,
         "Seconds that a shutdown waits for replicas");
  list(
      "shutdown-on-sigint", "default", kMutable, normalise_shutdown,
      [&s = s_](const std::string& v) { s.shutdown_on_sigint.set(shutdown_of(v)); },
      "How SIGINT ends the server: default, or words of save nosave now force");
  list(
      "shutdown-on-sigterm", "default", kMutable, normalise_shutdown,
      [&s = s_](const std::string& v) { s.shutdown_on_sigterm.set(shutdown_of(v)); },
      "How SIGTERM ends the server: default, or words of save nosave now force");
  choice<OomScoreAdj>("oom-score-adj", "no", kMutable, s_.oom_score_adj,
                      {{"no", OomScoreAdj::kNo},
                       {"yes", OomScoreAdj::kRelative},
                       {"relative", OomScoreAdj::kRelative},
                       {"absolute", OomScoreAdj::kAbsolute}},
                      "Tell the kernel which process to end first when memory runs out")
      .normalise = normalise_oom;
  list(
      "oom-score-adj-values", "0 200 800", kMutable, normalise_oom_values,
      [&s = s_](const std::string& v) {
        const auto values = oom_values_of(v);
        for (size_t i = 0; i < kOomClasses; ++i) s.oom_score_adj_values[i].set(values[i]);
        // Only a process with privileges may go below what it had once.
        if (values[kOomReplica] < values[kOomPrimary] || values[kOomChild] < values[kOomReplica])
          base::log(
              LogLevel::kWarning,
              "The oom-score-adj-values configuration may not work for non-privileged processes! Please consult the "
              "documentation.");
      },
      "Scores of a primary, of a replica and of a child that saves; only the first applies yet");
  flag("disable-thp", "yes", kFixed, s_.disable_thp, "Keep transparent huge pages away from this process");
}

void Rows::commands() {
  number("busy-reply-threshold", "5000", 0, kLong, kMutable, s_.busy_reply_threshold,
         "Milliseconds after which a running script answers others with BUSY")
      .other_name = "lua-time-limit";
  const Choices<Permission> permissions = {
      {"no", Permission::kNo}, {"yes", Permission::kYes}, {"local", Permission::kLocal}};
  choice<Permission>("enable-debug-command", "no", kFixed, s_.enable_debug_command, permissions,
                     "Who may call DEBUG: nobody, everybody, clients of this machine");
  choice<Permission>("enable-module-command", "no", kFixed, s_.enable_module_command, permissions,
                     "Who may call MODULE");
  choice<Permission>("enable-protected-configs", "no", kFixed, s_.enable_protected_configs, permissions,
                     "Who may change protected options such as dir");
  list(
      "rename-command", "", kFixed | kRowHidden | kRowAppends | kRowPairs, normalise_renames,
      [&s = s_](const std::string& v) { s.rename_command.set(renames_of(v)); },
      "New names of commands, as a map; an empty one removes the command");
}

void Rows::plugins() {
  flag("check-plugins", "no", kMutable, s_.check_plugins,
       "Watch the commands of plugins: name who breaks the contract, and refuse it");
  number("plugin-handler-limit", "200", 1, kInt, kMutable, s_.plugin_handler_limit,
         "Milliseconds from which a command of a checked plugin counts as blocking");
}

void Rows::persistence() {
  const uint32_t stand_in = kMutable | kRowPlaceholder;
  list(
      "save", "", stand_in | kRowAppends, only("", "no plugin is loaded that could save"),
      [&s = s_](const std::string& v) { s.save.set(v); }, "Only \"\", until a plugin for persistence is loaded");
  flag("appendonly", "no", stand_in, s_.appendonly, "Only no, until a plugin for persistence is loaded").normalise =
      only("no", "no plugin is loaded that could write an append-only file");
  add(Row{"rdbcompression", "yes", "Accepted; texts are always compressed where that makes them shorter",
          KEEL_OPTION_BOOL, stand_in},
      [](const std::string&) {});
  Row sanitize{"sanitize-dump-payload", "no", "Accepted; every payload is validated in full, from whomever it comes",
               KEEL_OPTION_ENUM, kMutable};
  sanitize.choices = {"no", "yes", "clients"};
  add(std::move(sanitize), [](const std::string&) {});
}

}  // namespace

bool declare_server_options(Options& options, Settings& settings, std::string& error) {
  Rows rows(settings);
  rows.connections();
  rows.memory_and_keys();
  rows.watching();
  rows.process();
  rows.commands();
  rows.plugins();
  rows.persistence();
  return options.declare(rows.take(), kServerOwner, error);
}

}  // namespace keel::config
