#include "host/config/server_options.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "host/base/log.h"
#include "host/config/server_values.h"

namespace keel::config {
namespace {

class ServerOptions : public testing::Test {
 protected:
  void SetUp() override {
    std::string error;
    ASSERT_TRUE(declare_server_options(options, settings, error)) << error;
    ASSERT_TRUE(options.apply_all(error)) << error;
  }
  void TearDown() override { base::set_log_level(base::LogLevel::kNotice); }
  // "OK" and the value, or why not.
  std::string set(std::string_view name, std::string_view value) {
    std::string reply;
    const std::string_view arguments[] = {name, value};
    if (options.set(arguments, true, reply)) return "OK " + options.value(name);
    const size_t dash = reply.find(") - ");
    return dash == std::string::npos ? reply : reply.substr(dash + 4);
  }

  base::Settings settings;
  Options options;
};

// What the reference server 7.0 answers to CONFIG GET without a file (port and dir are set by the environment,
// io-threads and the last five are Keel's own).
TEST_F(ServerOptions, DefaultsAreThoseOfTheReference) {
  const std::map<std::string, std::string> expected = {
      {"bind", "* -::*"},
      {"port", "6379"},
      {"unixsocket", ""},
      {"unixsocketperm", "0"},
      {"tcp-backlog", "511"},
      {"tcp-keepalive", "300"},
      {"timeout", "0"},
      {"protected-mode", "yes"},
      {"maxclients", "10000"},
      {"socket-mark-id", "0"},
      {"client-output-buffer-limit", "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"},
      {"client-query-buffer-limit", "1073741824"},
      {"proto-max-bulk-len", "536870912"},
      {"requirepass", ""},
      {"databases", "16"},
      {"maxmemory", "0"},
      {"maxmemory-policy", "noeviction"},
      {"maxmemory-samples", "5"},
      {"maxmemory-eviction-tenacity", "10"},
      {"maxmemory-clients", "0"},
      {"lazyfree-lazy-eviction", "no"},
      {"lazyfree-lazy-expire", "no"},
      {"lazyfree-lazy-server-del", "no"},
      {"lazyfree-lazy-user-del", "no"},
      {"lazyfree-lazy-user-flush", "no"},
      {"replica-lazy-flush", "no"},
      {"slave-lazy-flush", "no"},
      {"lfu-log-factor", "10"},
      {"lfu-decay-time", "1"},
      {"hz", "10"},
      {"dynamic-hz", "yes"},
      {"active-expire-effort", "1"},
      {"activerehashing", "yes"},
      {"jemalloc-bg-thread", "yes"},
      {"tracking-table-max-keys", "1000000"},
      {"notify-keyspace-events", ""},
      {"slowlog-log-slower-than", "10000"},
      {"slowlog-max-len", "128"},
      {"latency-monitor-threshold", "0"},
      {"latency-tracking", "yes"},
      {"latency-tracking-info-percentiles", "50 99 99.9"},
      {"loglevel", "notice"},
      {"logfile", ""},
      {"syslog-enabled", "no"},
      {"crash-log-enabled", "yes"},
      {"crash-memcheck-enabled", "yes"},
      {"pidfile", ""},
      {"supervised", "no"},
      {"daemonize", "no"},
      {"set-proc-title", "yes"},
      {"proc-title-template", "{title} {listen-addr} {server-mode}"},
      {"always-show-logo", "no"},
      {"shutdown-timeout", "10"},
      {"shutdown-on-sigint", "default"},
      {"shutdown-on-sigterm", "default"},
      {"oom-score-adj", "no"},
      {"oom-score-adj-values", "0 200 800"},
      {"disable-thp", "yes"},
      {"busy-reply-threshold", "5000"},
      {"lua-time-limit", "5000"},
      {"enable-debug-command", "no"},
      {"enable-module-command", "no"},
      {"enable-protected-configs", "no"},
      {"save", ""},
      {"appendonly", "no"},
      {"rdbcompression", "yes"},
      {"sanitize-dump-payload", "no"},
      {"dir", options.value("dir")},
      {"io-threads", std::to_string(automatic_io_threads())},
      {"max-new-connections-per-cycle", "10"},
      {"max-new-tls-connections-per-cycle", "1"},
      {"log-format", "text"},
      {"rename-command", ""},
      {"check-plugins", "no"},
      {"plugin-handler-limit", "200"},
  };
  for (const std::string_view name : options.names()) {
    const auto it = expected.find(std::string(name));
    ASSERT_NE(it, expected.end()) << name;
    EXPECT_EQ(options.value(name), it->second) << name;
  }
  EXPECT_EQ(options.names().size(), expected.size());
}

TEST_F(ServerOptions, SettingsBeginWithTheSameDefaults) {
  const base::Settings fresh;
  EXPECT_EQ(fresh.port.get(), settings.port.get());
  EXPECT_EQ(fresh.bind.get(), settings.bind.get());
  EXPECT_EQ(fresh.unixsocketperm.get(), settings.unixsocketperm.get());
  EXPECT_EQ(fresh.tcp_backlog.get(), settings.tcp_backlog.get());
  EXPECT_EQ(fresh.tcp_keepalive.get(), settings.tcp_keepalive.get());
  EXPECT_EQ(fresh.timeout.get(), settings.timeout.get());
  EXPECT_EQ(fresh.protected_mode.get(), settings.protected_mode.get());
  EXPECT_EQ(fresh.maxclients.get(), settings.maxclients.get());
  EXPECT_EQ(fresh.max_new_connections_per_cycle.get(), settings.max_new_connections_per_cycle.get());
  EXPECT_EQ(fresh.max_new_tls_connections_per_cycle.get(), settings.max_new_tls_connections_per_cycle.get());
  EXPECT_EQ(fresh.client_query_buffer_limit.get(), settings.client_query_buffer_limit.get());
  EXPECT_EQ(fresh.proto_max_bulk_len.get(), settings.proto_max_bulk_len.get());
  for (size_t i = 0; i < base::kClientClasses; ++i) {
    const auto &a = fresh.client_output_buffer_limit[i], &b = settings.client_output_buffer_limit[i];
    EXPECT_EQ(a.hard_bytes.get(), b.hard_bytes.get());
    EXPECT_EQ(a.soft_bytes.get(), b.soft_bytes.get());
    EXPECT_EQ(a.soft_seconds.get(), b.soft_seconds.get());
  }
  EXPECT_EQ(fresh.databases.get(), settings.databases.get());
  EXPECT_EQ(fresh.maxmemory.get(), settings.maxmemory.get());
  EXPECT_EQ(fresh.maxmemory_policy.get(), settings.maxmemory_policy.get());
  EXPECT_EQ(fresh.maxmemory_samples.get(), settings.maxmemory_samples.get());
  EXPECT_EQ(fresh.maxmemory_eviction_tenacity.get(), settings.maxmemory_eviction_tenacity.get());
  EXPECT_EQ(fresh.maxmemory_clients.get(), settings.maxmemory_clients.get());
  EXPECT_EQ(fresh.lfu_log_factor.get(), settings.lfu_log_factor.get());
  EXPECT_EQ(fresh.lfu_decay_time.get(), settings.lfu_decay_time.get());
  EXPECT_EQ(fresh.hz.get(), settings.hz.get());
  EXPECT_EQ(fresh.dynamic_hz.get(), settings.dynamic_hz.get());
  EXPECT_EQ(fresh.active_expire_effort.get(), settings.active_expire_effort.get());
  EXPECT_EQ(fresh.activerehashing.get(), settings.activerehashing.get());
  EXPECT_EQ(fresh.jemalloc_bg_thread.get(), settings.jemalloc_bg_thread.get());
  EXPECT_EQ(fresh.tracking_table_max_keys.get(), settings.tracking_table_max_keys.get());
  EXPECT_EQ(fresh.notify_keyspace_events.get(), settings.notify_keyspace_events.get());
  EXPECT_EQ(fresh.slowlog_log_slower_than.get(), settings.slowlog_log_slower_than.get());
  EXPECT_EQ(fresh.slowlog_max_len.get(), settings.slowlog_max_len.get());
  EXPECT_EQ(fresh.latency_monitor_threshold.get(), settings.latency_monitor_threshold.get());
  EXPECT_EQ(fresh.latency_tracking.get(), settings.latency_tracking.get());
  EXPECT_EQ(fresh.latency_tracking_info_percentiles.get(), settings.latency_tracking_info_percentiles.get());
  EXPECT_EQ(fresh.loglevel.get(), settings.loglevel.get());
  EXPECT_EQ(fresh.crash_log_enabled.get(), settings.crash_log_enabled.get());
  EXPECT_EQ(fresh.set_proc_title.get(), settings.set_proc_title.get());
  EXPECT_EQ(fresh.proc_title_template.get(), settings.proc_title_template.get());
  EXPECT_EQ(fresh.shutdown_timeout.get(), settings.shutdown_timeout.get());
  for (size_t i = 0; i < base::kOomClasses; ++i)
    EXPECT_EQ(fresh.oom_score_adj_values[i].get(), settings.oom_score_adj_values[i].get());
  EXPECT_EQ(fresh.disable_thp.get(), settings.disable_thp.get());
  EXPECT_EQ(fresh.busy_reply_threshold.get(), settings.busy_reply_threshold.get());
  EXPECT_EQ(fresh.check_plugins.get(), settings.check_plugins.get());
  EXPECT_EQ(fresh.plugin_handler_limit.get(), settings.plugin_handler_limit.get());
}

TEST_F(ServerOptions, MutableAsInTheReference) {
  const std::vector<std::string_view> fixed = {"unixsocket",
                                               "unixsocketperm",
                                               "tcp-backlog",
                                               "socket-mark-id",
                                               "io-threads",
                                               "databases",
                                               "logfile",
                                               "syslog-enabled",
                                               "pidfile",
                                               "supervised",
                                               "daemonize",
                                               "set-proc-title",
                                               "always-show-logo",
                                               "disable-thp",
                                               "enable-debug-command",
                                               "enable-module-command",
                                               "enable-protected-configs",
                                               "rename-command"};
  for (const auto& option : options.all()) {
    const bool expected = std::find(fixed.begin(), fixed.end(), option->row.name) == fixed.end();
    EXPECT_EQ(option->row.has(KEEL_OPTION_MUTABLE), expected) << option->row.name;
  }
}

struct Case {
  const char* name;
  const char* value;
  const char* expected;
};
// Each line was compared with the reference server.
constexpr Case kCases[] = {
    {"hz", "0", "OK 1"},
    {"hz", "1000", "OK 500"},
    {"hz", "-5", "argument must be between 0 and 2147483647 inclusive"},
    {"hz", "x", "argument couldn't be parsed into an integer"},
    {"maxclients", "0", "argument must be between 1 and 4294967295 inclusive"},
    {"maxmemory-samples", "0", "argument must be between 1 and 2147483647 inclusive"},
    {"maxmemory-eviction-tenacity", "101", "argument must be between 0 and 100 inclusive"},
    {"active-expire-effort", "11", "argument must be between 1 and 10 inclusive"},
    {"slowlog-log-slower-than", "-2", "argument must be between -1 and 9223372036854775807 inclusive"},
    {"slowlog-log-slower-than", "-1", "OK -1"},
    {"slowlog-max-len", "-1", "argument must be between 0 and 9223372036854775807 inclusive"},
    {"proto-max-bulk-len", "1", "argument must be between 1048576 and 9223372036854775807 inclusive"},
    {"client-query-buffer-limit", "1kb", "argument must be between 1048576 and 9223372036854775807 inclusive"},
    {"maxmemory-policy", "ALLKEYS-LRU", "OK allkeys-lru"},
    {"sanitize-dump-payload", "Clients", "OK clients"},
    {"sanitize-dump-payload", "foo", "argument(s) must be one of the following: no, yes, clients"},
    {"maxmemory-policy", "foo",
     "argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, "
     "allkeys-lru, "
     "allkeys-lfu, allkeys-random, noeviction"},
    {"latency-tracking-info-percentiles", "50.5 99.90 99.9999", "OK 50.5 99.9 99.9999"},
    {"latency-tracking-info-percentiles", "1e1 100 0", "OK 10 100 0"},
    {"latency-tracking-info-percentiles", "99.99999999", "OK 100"},
    {"latency-tracking-info-percentiles", "33.333333", "OK 33.333333"},
    {"latency-tracking-info-percentiles", "", "OK "},
    {"latency-tracking-info-percentiles", "101",
     "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"},
    {"latency-tracking-info-percentiles", "-1",
     "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"},
    {"latency-tracking-info-percentiles", "1 2 abc", "Invalid latency-tracking-info-percentiles parameters"},
    {"latency-tracking-info-percentiles", "nan", "Invalid latency-tracking-info-percentiles parameters"},
    {"latency-tracking-info-percentiles", " 50", "Invalid latency-tracking-info-percentiles parameters"},
    {"notify-keyspace-events", "KEA", "OK AKE"},
    {"notify-keyspace-events", "KEgx", "OK gxKE"},
    {"notify-keyspace-events", "gndK", "OK gdnK"},
    {"notify-keyspace-events", "g$lshzxetd", "OK A"},
    {"notify-keyspace-events", "", "OK "},
    {"notify-keyspace-events", "foo", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."},
    {"client-output-buffer-limit", "normal 1mb 2kb 60 replica 3g 1 1",
     "OK normal 1048576 2048 60 slave 3000000000 1 1 pubsub 33554432 8388608 60"},
    {"client-output-buffer-limit", "NORMAL 1 2 3 normal 4 5 6",
     "OK normal 4 5 6 slave 268435456 67108864 60 pubsub 33554432 8388608 60"},
    {"client-output-buffer-limit", "", "OK normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60"},
    {"client-output-buffer-limit", "foo", "Wrong number of arguments in buffer limit configuration."},
    {"client-output-buffer-limit", "normal  1 2  3", "Wrong number of arguments in buffer limit configuration."},
    {"client-output-buffer-limit", "normal  2 1",
     "OK normal 0 2 1 slave 268435456 67108864 60 pubsub 33554432 8388608 60"},
    {"client-output-buffer-limit", "foo 1 2 3", "Invalid client class specified in buffer limit configuration."},
    {"client-output-buffer-limit", "master 1 1 1", "Invalid client class specified in buffer limit configuration."},
    {"client-output-buffer-limit", "normal 1 2 x",
     "Error in hard, soft or soft_seconds setting in buffer limit configuration."},
    {"client-output-buffer-limit", "normal -1 1 1",
     "Error in hard, soft or soft_seconds setting in buffer limit configuration."},
    {"client-output-buffer-limit", "normal 1 1 -1",
     "Error in hard, soft or soft_seconds setting in buffer limit configuration."},
    {"shutdown-on-sigint", "NOW save force", "OK save now force"},
    {"shutdown-on-sigint", "force force", "OK force"},
    {"shutdown-on-sigint", "default now", "OK now"},
    {"shutdown-on-sigint", "save nosave", "shutdown options SAVE and NOSAVE can't be used simultaneously"},
    {"shutdown-on-sigint", "save  now", "argument(s) must be one of the following: default, save, nosave, now, force"},
    {"shutdown-on-sigint", "", "argument(s) must be one of the following: default, save, nosave, now, force"},
    {"proc-title-template", "{foo}", "template format is invalid or contains unknown variables"},
    {"proc-title-template", "", "template format is invalid or contains unknown variables"},
    {"proc-title-template", "x {title} {tls-port} {port} {unixsocket} {config-file} {listen-addr} {server-mode}",
     "OK x {title} {tls-port} {port} {unixsocket} {config-file} {listen-addr} {server-mode}"},
    {"bind", "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17", "Too many bind addresses specified."},
    {"bind", "", "OK "},
    {"latency-tracking-info-percentiles", "inf",
     "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]"},
    {"proc-title-template", "{title}", "template format is invalid or contains unknown variables"},
    {"proc-title-template", "  ", "template format is invalid or contains unknown variables"},
    {"proc-title-template", "title}", "OK title}"},
    {"proc-title-template", "}{", "template format is invalid or contains unknown variables"},
    {"oom-score-adj", "yes", "OK yes"},
    {"oom-score-adj", "Relative", "OK yes"},
    {"proc-title-template", "a{{b", "OK a{{b"},
    {"proc-title-template", "{{title}", "OK {{title}"},
    {"proc-title-template", "{server-mode}", "template format is invalid or contains unknown variables"},
    {"oom-score-adj-values", "-2000 0 2000", "OK -2000 0 2000"},
    {"oom-score-adj-values", "1 2 2001", "Invalid oom-score-adj-values, elements must be between -2000 and 2000."},
    {"oom-score-adj-values", "1 2 x", "Invalid oom-score-adj-values, elements must be between -2000 and 2000."},
    {"oom-score-adj-values", "1 2", "wrong number of arguments"},
    {"oom-score-adj-values", "", "wrong number of arguments"},
    {"oom-score-adj", "foo", "argument(s) must be one of the following: no, yes, relative, absolute"},
};
TEST_F(ServerOptions, SetAnswersAsTheReferenceDoes) {
  for (const Case& c : kCases) {
    base::Settings own;
    Options fresh;
    std::string error;
    ASSERT_TRUE(declare_server_options(fresh, own, error));
    const std::string_view arguments[] = {c.name, c.value};
    const std::string got =
        fresh.set(arguments, true, error) ? "OK " + fresh.value(c.name) : error.substr(error.find(") - ") + 4);
    EXPECT_EQ(got, c.expected) << c.name << " " << c.value;
  }
}

TEST_F(ServerOptions, ValuesReachTheSettings) {
  set("maxmemory", "1gb");
  EXPECT_EQ(settings.maxmemory.get(), uint64_t{1} << 30);
  set("maxmemory-clients", "5%");
  EXPECT_EQ(settings.maxmemory_clients.get(), -5);
  set("maxmemory-clients", "5mb");
  EXPECT_EQ(settings.maxmemory_clients.get(), 5 << 20);
  set("maxmemory-policy", "volatile-ttl");
  EXPECT_EQ(settings.maxmemory_policy.get(), base::EvictionPolicy::kVolatileTtl);
  set("notify-keyspace-events", "KEAm");
  EXPECT_EQ(settings.notify_keyspace_events.get(),
            base::kEventsAll | base::kEventsKeyspace | base::kEventsKeyevent | base::kEventsMiss);
  set("client-output-buffer-limit", "pubsub 1 2 3");
  EXPECT_EQ(settings.client_output_buffer_limit[base::kClientPubsub].soft_bytes.get(), 2);
  EXPECT_EQ(settings.client_output_buffer_limit[base::kClientReplica].soft_seconds.get(), 60);
  set("shutdown-on-sigterm", "nosave force");
  EXPECT_EQ(settings.shutdown_on_sigterm.get(), base::kShutdownNosave | base::kShutdownForce);
  set("latency-tracking-info-percentiles", "50 99.5");
  EXPECT_EQ(settings.latency_tracking_info_percentiles.get(), (std::vector<double>{50, 99.5}));
  set("loglevel", "warning");
  EXPECT_EQ(settings.loglevel.get(), static_cast<int32_t>(base::LogLevel::kWarning));
  EXPECT_FALSE(base::log_enabled(base::LogLevel::kNotice));
  set("oom-score-adj", "absolute");
  EXPECT_EQ(settings.oom_score_adj.get(), base::OomScoreAdj::kAbsolute);
  set("oom-score-adj-values", "-1 2 3");
  EXPECT_EQ(settings.oom_score_adj_values[base::kOomPrimary].get(), -1);
  EXPECT_EQ(settings.oom_score_adj_values[base::kOomChild].get(), 3);
  set("log-format", "json");
  EXPECT_EQ(settings.log_format.get(), base::LogFormat::kJson);
}

TEST_F(ServerOptions, WhatOnlyTheFileMaySet) {
  std::string error;
  const auto assign = [&](std::string_view name, const Words& words) {
    return options.assign(name, words, Source::kFile, error) ? "OK " + options.value(name) : error;
  };
  EXPECT_EQ(assign("io-threads", {"AUTO"}), "OK " + std::to_string(automatic_io_threads()));
  EXPECT_EQ(assign("io-threads", {"4"}), "OK 4");
  EXPECT_EQ(assign("io-threads", {"129"}), "argument must be between 1 and 128 inclusive");
  EXPECT_EQ(assign("io-threads", {"0"}), "argument must be between 1 and 128 inclusive");
  EXPECT_EQ(assign("databases", {"0"}), "argument must be between 1 and 2147483647 inclusive");
  EXPECT_EQ(assign("unixsocketperm", {"770"}), "OK 770");
  EXPECT_EQ(assign("socket-mark-id", {"4294967296"}), "argument must be between 0 and 4294967295 inclusive");
  EXPECT_EQ(assign("daemonize", {"maybe"}), "argument must be 'yes' or 'no'");
  EXPECT_EQ(assign("daemonize", {"yes"}),
            "this server does not put itself in the background; let the service manager do it");
  EXPECT_EQ(assign("supervised", {"foo"}), "argument(s) must be one of the following: upstart, systemd, auto, no");
  EXPECT_EQ(assign("enable-debug-command", {"local"}), "OK local");
  EXPECT_EQ(assign("rename-command", {"FLUSHALL"}), "rename-command takes pairs of an old and a new name");
  EXPECT_EQ(assign("rename-command", {"FLUSHALL", "", "CONFIG", "a b"}), "OK FLUSHALL \"\" CONFIG \"a b\"");
  ASSERT_TRUE(options.apply_all(error));
  const auto renamed = settings.rename_command.get();
  ASSERT_EQ(renamed.size(), 2u);
  EXPECT_EQ(renamed[0].from, "FLUSHALL");
  EXPECT_EQ(renamed[0].to, "");
  EXPECT_EQ(renamed[1].to, "a b");
  EXPECT_EQ(settings.unixsocketperm.get(), 0770);
  EXPECT_EQ(settings.enable_debug_command.get(), base::Permission::kLocal);
}

TEST_F(ServerOptions, DirIsAbsoluteAndEntered) {
  char here[4096];
  ASSERT_NE(getcwd(here, sizeof here), nullptr);
  std::string error;
  ASSERT_TRUE(options.assign("dir", {"/tmp/.."}, Source::kFile, error)) << error;
  EXPECT_EQ(options.value("dir"), "/");
  ASSERT_TRUE(options.apply_all(error));
  EXPECT_EQ(settings.dir.get(), "/");
  char there[4096];
  EXPECT_STREQ(getcwd(there, sizeof there), "/");
  ASSERT_EQ(chdir(here), 0);
}

}  // namespace
}  // namespace keel::config
