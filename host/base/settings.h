// host/base/settings.h - the present values of the server's directives, as the rest of the host reads them.
//
// There is one object: main() owns it and hands out references.  host/config writes it (role [control] at start,
// [executor] in CONFIG SET); everyone reads it from any thread.  Every scalar is an atomic read without ordering: a
// change is seen soon, and each value by itself; two values read one after the other may belong to different CONFIG
// SETs.  Text and lists are copied out under a lock: read them where a lock and an allocation do not matter.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace keel::base {

// One number, flag or enum.  [any]
template <typename T>
class Value {
 public:
  constexpr Value(T initial) noexcept : value_(initial) {}  // NOLINT: reads as a plain member with a default
  Value(const Value&) = delete;
  Value& operator=(const Value&) = delete;
  T get() const noexcept { return value_.load(std::memory_order_relaxed); }
  operator T() const noexcept { return get(); }  // NOLINT: reads as a plain member
  void set(T value) noexcept { value_.store(value, std::memory_order_relaxed); }

 private:
  std::atomic<T> value_;
  static_assert(std::atomic<T>::is_always_lock_free);
};

// Text or a list, guarded by a lock of its own.  [any]
template <typename T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T initial) : value_(std::move(initial)) {}
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;
  T get() const {
    std::lock_guard lock(mutex_);
    return value_;
  }
  void set(T value) {
    std::lock_guard lock(mutex_);
    value_.swap(value);  // the old one is freed after the lock
  }

 private:
  mutable std::mutex mutex_;
  T value_;
};
using GuardedText = Guarded<std::string>;

// maxmemory-policy
enum class EvictionPolicy : int32_t {
  kVolatileLru,
  kVolatileLfu,
  kVolatileRandom,
  kVolatileTtl,
  kAllkeysLru,
  kAllkeysLfu,
  kAllkeysRandom,
  kNoEviction
};
constexpr bool evicts_by_lfu(EvictionPolicy p) {
  return p == EvictionPolicy::kVolatileLfu || p == EvictionPolicy::kAllkeysLfu;
}
constexpr bool evicts_any_key(EvictionPolicy p) {
  return p == EvictionPolicy::kAllkeysLru || p == EvictionPolicy::kAllkeysLfu || p == EvictionPolicy::kAllkeysRandom;
}

// enable-debug-command, enable-module-command, enable-protected-configs
enum class Permission : int32_t { kNo, kYes, kLocal };  // kLocal: for peers with KEEL_PEER_LOCAL
constexpr bool permitted(Permission p, bool peer_is_local) {
  return p == Permission::kYes || (p == Permission::kLocal && peer_is_local);
}

enum class LogFormat : int32_t { kText, kLogfmt, kJson };
enum class Supervised : int32_t { kNo, kAuto, kUpstart, kSystemd };
enum class OomScoreAdj : int32_t { kNo, kRelative, kAbsolute };
// Of oom-score-adj-values, in its order: a server is a primary until there is replication.
enum OomClass : size_t { kOomPrimary = 0, kOomReplica = 1, kOomChild = 2, kOomClasses = 3 };

// shutdown-on-sigint, shutdown-on-sigterm: a set of these; none = default.
enum ShutdownFlags : uint32_t { kShutdownSave = 1, kShutdownNosave = 2, kShutdownNow = 4, kShutdownForce = 8 };

// notify-keyspace-events: a set of these.  keyspace_event_bit('g') gives the bit of the letter that keel_core.event()
// and the directive use; 0 = no such letter.  'A' is every class but m and n.
enum KeyspaceEvents : uint32_t {
  kEventsKeyspace = 1u << 0,  // K: publish on __keyspace@<db>__:<key>
  kEventsKeyevent = 1u << 1,  // E: publish on __keyevent@<db>__:<event>
  kEventsGeneric = 1u << 2,   // g
  kEventsString = 1u << 3,    // $
  kEventsList = 1u << 4,      // l
  kEventsSet = 1u << 5,       // s
  kEventsHash = 1u << 6,      // h
  kEventsZset = 1u << 7,      // z
  kEventsExpired = 1u << 8,   // x
  kEventsEvicted = 1u << 9,   // e
  kEventsStream = 1u << 10,   // t
  kEventsMiss = 1u << 11,     // m
  kEventsModule = 1u << 12,   // d
  kEventsNew = 1u << 13,      // n
  kEventsAll = kEventsGeneric | kEventsString | kEventsList | kEventsSet | kEventsHash | kEventsZset | kEventsExpired |
               kEventsEvicted | kEventsStream | kEventsModule
};
constexpr uint32_t keyspace_event_bit(char letter) {
  switch (letter) {
    case 'K':
      return kEventsKeyspace;
    case 'E':
      return kEventsKeyevent;
    case 'A':
      return kEventsAll;
    case 'g':
      return kEventsGeneric;
    case '$':
      return kEventsString;
    case 'l':
      return kEventsList;
    case 's':
      return kEventsSet;
    case 'h':
      return kEventsHash;
    case 'z':
      return kEventsZset;
    case 'x':
      return kEventsExpired;
    case 'e':
      return kEventsEvicted;
    case 't':
      return kEventsStream;
    case 'm':
      return kEventsMiss;
    case 'd':
      return kEventsModule;
    case 'n':
      return kEventsNew;
    default:
      return 0;
  }
}

// client-output-buffer-limit of one class of clients; 0 = no limit.
struct OutputLimit {
  Value<int64_t> hard_bytes{0};
  Value<int64_t> soft_bytes{0};
  Value<int64_t> soft_seconds{0};
};
enum ClientClass : size_t { kClientNormal = 0, kClientReplica = 1, kClientPubsub = 2, kClientClasses = 3 };

struct RenamedCommand {
  std::string from, to;  // to empty = the command is gone
};

// One member per directive, named after it.
struct Settings {
  // Connections
  Value<int64_t> port{6379};               // of the first tcp listener; 0 = none
  Guarded<std::vector<std::string>> bind;  // its addresses as written, "-" in front = optional
  GuardedText unixsocket;
  Value<int32_t> unixsocketperm{0};  // 0 = what umask gives
  Value<int64_t> tcp_backlog{511};
  Value<int64_t> tcp_keepalive{300};  // seconds; 0 = off
  Value<int64_t> timeout{0};          // seconds of idleness; 0 = for ever
  Value<bool> protected_mode{true};
  Value<int64_t> maxclients{10000};
  Value<int64_t> max_new_connections_per_cycle{10};
  Value<int64_t> max_new_tls_connections_per_cycle{1};
  Value<int64_t> socket_mark_id{0};
  Value<int64_t> io_threads{1};  // never 0: "auto" is resolved before
  OutputLimit client_output_buffer_limit[kClientClasses];
  Value<int64_t> client_query_buffer_limit{int64_t{1} << 30};
  Value<int64_t> proto_max_bulk_len{int64_t{512} << 20};
  GuardedText requirepass;
  Value<bool> has_requirepass{false};  // whether requirepass is not empty, without the lock

  // Memory and keys
  Value<int64_t> databases{16};
  Value<uint64_t> maxmemory{0};  // bytes; 0 = no limit
  Value<EvictionPolicy> maxmemory_policy{EvictionPolicy::kNoEviction};
  Value<int64_t> maxmemory_samples{5};
  Value<int64_t> maxmemory_eviction_tenacity{10};
  Value<int64_t> maxmemory_clients{0};  // bytes; below zero: -n = n% of maxmemory; 0 = no limit
  Value<bool> lazyfree_lazy_eviction{false};
  Value<bool> lazyfree_lazy_expire{false};
  Value<bool> lazyfree_lazy_server_del{false};
  Value<bool> lazyfree_lazy_user_del{false};
  Value<bool> lazyfree_lazy_user_flush{false};
  Value<bool> replica_lazy_flush{false};
  Value<int64_t> lfu_log_factor{10};
  Value<int64_t> lfu_decay_time{1};  // minutes
  Value<int64_t> hz{10};
  Value<bool> dynamic_hz{true};
  Value<int64_t> active_expire_effort{1};
  Value<bool> activerehashing{true};
  Value<bool> jemalloc_bg_thread{true};
  Value<uint64_t> tracking_table_max_keys{1000000};  // 0 = no limit
  Value<uint32_t> notify_keyspace_events{0};         // KeyspaceEvents

  // Watching
  Value<int64_t> slowlog_log_slower_than{10000};  // microseconds; below zero = off, 0 = every command
  Value<uint64_t> slowlog_max_len{128};
  Value<int64_t> latency_monitor_threshold{0};  // milliseconds; 0 = off
  Value<bool> latency_tracking{true};
  Guarded<std::vector<double>> latency_tracking_info_percentiles{std::vector<double>{50, 99, 99.9}};
  Value<int32_t> loglevel{2};  // as base::LogLevel; host/config also calls set_log_level()
  GuardedText logfile;         // empty = standard output
  Value<LogFormat> log_format{LogFormat::kText};
  Value<bool> syslog_enabled{false};
  Value<bool> crash_log_enabled{true};
  Value<bool> crash_memcheck_enabled{true};

  // Process
  GuardedText dir;      // absolute
  GuardedText pidfile;  // empty = none
  Value<Supervised> supervised{Supervised::kNo};
  Value<bool> daemonize{false};
  Value<bool> set_proc_title{true};
  GuardedText proc_title_template{std::string("{title} {listen-addr} {server-mode}")};
  Value<bool> always_show_logo{false};
  Value<int64_t> shutdown_timeout{10};     // seconds
  Value<uint32_t> shutdown_on_sigint{0};   // ShutdownFlags
  Value<uint32_t> shutdown_on_sigterm{0};  // ShutdownFlags
  Value<OomScoreAdj> oom_score_adj{OomScoreAdj::kNo};
  Value<int32_t> oom_score_adj_values[kOomClasses] = {0, 200, 800};
  Value<bool> disable_thp{true};

  // Commands
  Value<int64_t> busy_reply_threshold{5000};  // milliseconds; lua-time-limit is its other name
  Value<Permission> enable_debug_command{Permission::kNo};
  Value<Permission> enable_module_command{Permission::kNo};
  Value<Permission> enable_protected_configs{Permission::kNo};
  Guarded<std::vector<RenamedCommand>> rename_command;

  // Plugins
  Value<bool> check_plugins{false};
  Value<int64_t> plugin_handler_limit{200};  // milliseconds

  // Persistence: fixed until a plugin declares the directives.
  GuardedText save;
  Value<bool> appendonly{false};

  Settings() {
    client_output_buffer_limit[kClientReplica].hard_bytes.set(int64_t{256} << 20);
    client_output_buffer_limit[kClientReplica].soft_bytes.set(int64_t{64} << 20);
    client_output_buffer_limit[kClientReplica].soft_seconds.set(60);
    client_output_buffer_limit[kClientPubsub].hard_bytes.set(int64_t{32} << 20);
    client_output_buffer_limit[kClientPubsub].soft_bytes.set(int64_t{8} << 20);
    client_output_buffer_limit[kClientPubsub].soft_seconds.set(60);
    bind.set({"*", "-::*"});
  }
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;
};

}  // namespace keel::base
