// INFO: what has been counted, in all and by command.
#include "host/admin/info.h"
#include "host/base/clock.h"

namespace keel::admin {
namespace {

uint64_t read(const std::atomic<uint64_t>& n) {
  return n.load(std::memory_order_relaxed);
}

double kilo(uint64_t n) {
  return static_cast<double>(n) / 1024;
}

// Microseconds, with three digits.
std::string micros(uint64_t ns) {
  return fixed(static_cast<double>(ns) / 1000, 3);
}

// "50", "99.9": as short as it can be told.
std::string shortest(double d) {
  char b[32];
  return {b, std::to_chars(b, b + sizeof b, d).ptr};
}

}  // namespace

void info_stats(InfoText& t, const Server& s) {
  const exec::Stats& n = s.executor.stats;
  const uint64_t exceeded_us = n.eviction_exceeded_since == 0
                                   ? 0
                                   : static_cast<uint64_t>(base::monotonic_ns() - n.eviction_exceeded_since) / 1000;
  t.field("total_connections_received", read(n.connections));
  t.field("total_commands_processed", n.commands);
  t.field("instantaneous_ops_per_sec", n.commands_rate.per_second());
  t.field("total_net_input_bytes", read(n.input_bytes));
  t.field("total_net_output_bytes", read(n.output_bytes));
  t.field("total_net_repl_input_bytes", 0);
  t.field("total_net_repl_output_bytes", 0);
  t.field("instantaneous_input_kbps", kilo(n.input_rate.per_second()), 2);
  t.field("instantaneous_output_kbps", kilo(n.output_rate.per_second()), 2);
  t.field("instantaneous_input_repl_kbps", 0.0, 2);
  t.field("instantaneous_output_repl_kbps", 0.0, 2);
  t.field("rejected_connections", read(n.rejected_connections));
  t.field("sync_full", 0);
  t.field("sync_partial_ok", 0);
  t.field("sync_partial_err", 0);
  t.field("expired_keys", n.expired);
  t.field("expired_subkeys", n.expired_elements);
  t.field("expired_stale_perc", n.expired_stale_fraction * 100, 2);
  t.field("expired_time_cap_reached_count", n.expire_time_cap_reached);
  t.field("expire_cycle_cpu_milliseconds", n.expire_cycle_us / 1000);
  t.field("evicted_keys", n.evicted);
  t.field("evicted_clients", n.evicted_clients);
  t.field("total_eviction_exceeded_time", (n.eviction_exceeded_us + exceeded_us) / 1000);
  t.field("current_eviction_exceeded_time", exceeded_us / 1000);
  t.field("keyspace_hits", n.hits);
  t.field("keyspace_misses", n.misses);
  t.field("pubsub_channels", 0);
  t.field("pubsub_patterns", 0);
  t.field("pubsubshard_channels", 0);
  t.field("latest_fork_usec", 0);
  t.field("total_forks", 0);
  t.field("migrate_cached_sockets", 0);
  t.field("slave_expires_tracked_keys", 0);
  t.field("active_defrag_hits", 0);
  t.field("active_defrag_misses", 0);
  t.field("active_defrag_key_hits", 0);
  t.field("active_defrag_key_misses", 0);
  t.field("total_active_defrag_time", 0);
  t.field("current_active_defrag_time", 0);
  t.field("tracking_total_keys", 0);
  t.field("tracking_total_items", 0);
  t.field("tracking_total_prefixes", 0);
  t.field("unexpected_error_replies", 0);
  t.field("total_error_replies", n.all_errors());
  t.field("dump_payload_sanitizations", 0);
  t.field("total_reads_processed", read(n.reads));
  t.field("total_writes_processed", read(n.writes));
  t.field("io_threaded_reads_processed", s.io_threads > 1 ? read(n.reads) : 0);
  t.field("io_threaded_writes_processed", s.io_threads > 1 ? read(n.writes) : 0);
  t.field("client_query_buffer_limit_disconnections", read(n.query_buffer_limit_disconnections));
  t.field("client_output_buffer_limit_disconnections", read(n.output_buffer_limit_disconnections));
}

void info_commandstats(InfoText& t, const Server& s) {
  for (const auto& c : s.executor.commands.all()) {
    if (c->calls == 0 && c->failed_calls == 0 && c->rejected_calls == 0) continue;
    const uint64_t us = base::Ticks::to_us(c->ticks);
    const double per_call =
        c->calls == 0 ? 0.0 : static_cast<double>(base::Ticks::to_ns(c->ticks)) / 1000 / static_cast<double>(c->calls);
    t.field("cmdstat_" + c->name, "calls=" + std::to_string(c->calls) + ",usec=" + std::to_string(us) +
                                      ",usec_per_call=" + fixed(per_call, 2) +
                                      ",rejected_calls=" + std::to_string(c->rejected_calls) +
                                      ",failed_calls=" + std::to_string(c->failed_calls));
  }
}

void info_errorstats(InfoText& t, const Server& s) {
  for (const auto& [word, count] : s.executor.stats.all_error_counts())
    t.field("errorstat_" + word, "count=" + std::to_string(count));
}

void info_latencystats(InfoText& t, const Server& s) {
  const std::vector<double> percentiles = s.settings.latency_tracking_info_percentiles.get();
  for (const auto& c : s.executor.commands.all()) {
    if (c->latency == nullptr || c->latency->count() == 0) continue;
    std::string values;
    for (const double p : percentiles)
      values.append(values.empty() ? "p" : ",p")
          .append(shortest(p))
          .append("=")
          .append(micros(c->latency->percentile(p / 100)));
    t.field("latency_percentiles_usec_" + c->name, values);
  }
}

}  // namespace keel::admin
