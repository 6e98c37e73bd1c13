// INFO: memory, and what is kept in it.
#include "host/admin/info.h"
#include "host/admin/memory_report.h"

namespace keel::admin {
namespace {

// a - b, which is below zero when the allocator has pages that the kernel has taken back.
int64_t difference(uint64_t a, uint64_t b) {
  return static_cast<int64_t>(a) - static_cast<int64_t>(b);
}

}  // namespace

void info_memory(InfoText& t, const Server& s) {
  const MemoryReport r = memory_report(s);
  t.bytes("used_memory", r.used);
  t.bytes("used_memory_rss", r.resident);
  t.bytes("used_memory_peak", r.peak);
  t.field("used_memory_peak_perc", r.peak_percent(), 2, "%");
  t.field("used_memory_overhead", r.overhead);
  t.field("used_memory_startup", r.startup);
  t.field("used_memory_dataset", r.dataset);
  t.field("used_memory_dataset_perc", r.dataset_percent(), 2, "%");
  t.field("allocator_allocated", r.allocator.allocated);
  t.field("allocator_active", r.allocator.active);
  t.field("allocator_resident", r.allocator.resident);
  t.bytes("total_system_memory", system_memory());
  t.bytes("used_memory_lua", 0);
  t.field("used_memory_vm_eval", 0);
  t.field("used_memory_scripts_eval", 0);
  t.field("number_of_cached_scripts", 0);
  t.field("number_of_functions", 0);
  t.field("number_of_libraries", 0);
  t.field("used_memory_vm_functions", 0);
  t.bytes("used_memory_vm_total", 0);
  t.field("used_memory_functions", 0);
  t.bytes("used_memory_scripts", 0);
  t.bytes("maxmemory", s.settings.maxmemory);
  t.field("maxmemory_policy", s.configuration.options().value("maxmemory-policy"));
  t.field("allocator_frag_ratio", r.allocator_fragmentation(), 2);
  t.field("allocator_frag_bytes", difference(r.allocator.active, r.allocator.allocated));
  t.field("allocator_rss_ratio", r.allocator_rss(), 2);
  t.field("allocator_rss_bytes", difference(r.allocator.resident, r.allocator.active));
  t.field("rss_overhead_ratio", r.rss_overhead(), 2);
  t.field("rss_overhead_bytes", difference(r.resident, r.allocator.resident));
  t.field("mem_fragmentation_ratio", r.fragmentation(), 2);
  t.field("mem_fragmentation_bytes", difference(r.resident, r.used));
  t.field("mem_not_counted_for_evict", base::counted_bytes(base::MemoryTag::kLog));
  t.field("mem_replication_backlog", 0);
  t.field("mem_total_replication_buffers", 0);
  t.field("mem_clients_slaves", 0);
  t.field("mem_clients_normal", r.clients);
  t.field("mem_cluster_links", 0);
  t.field("mem_aof_buffer", 0);
  t.field("mem_allocator", std::string_view{base::allocator_name()});
  t.field("active_defrag_running", 0);
  t.field("lazyfree_pending_objects", s.executor.keyspace.lazy_pending());
  t.field("lazyfreed_objects", s.executor.keyspace.lazy_freed());
}

void info_persistence(InfoText& t, const Server& s) {
  t.field("loading", 0);
  t.field("async_loading", 0);
  t.field("current_cow_peak", 0);
  t.field("current_cow_size", 0);
  t.field("current_cow_size_age", 0);
  t.field("current_fork_perc", 0.0, 2);
  t.field("current_save_keys_processed", 0);
  t.field("current_save_keys_total", 0);
  t.field("rdb_changes_since_last_save", s.executor.dirty);
  t.field("rdb_bgsave_in_progress", 0);
  t.field("rdb_last_save_time", s.executor.started_ms / 1000);
  t.field("rdb_last_bgsave_status", std::string_view{"ok"});
  t.field("rdb_last_bgsave_time_sec", -1);
  t.field("rdb_current_bgsave_time_sec", -1);
  t.field("rdb_saves", 0);
  t.field("rdb_last_cow_size", 0);
  t.field("rdb_last_load_keys_expired", 0);
  t.field("rdb_last_load_keys_loaded", 0);
  t.field("aof_enabled", s.settings.appendonly ? 1 : 0);
  t.field("aof_rewrite_in_progress", 0);
  t.field("aof_rewrite_scheduled", 0);
  t.field("aof_last_rewrite_time_sec", -1);
  t.field("aof_current_rewrite_time_sec", -1);
  t.field("aof_last_bgrewrite_status", std::string_view{"ok"});
  t.field("aof_rewrites", 0);
  t.field("aof_rewrites_consecutive_failures", 0);
  t.field("aof_last_write_status", std::string_view{"ok"});
  t.field("aof_last_cow_size", 0);
  t.field("module_fork_in_progress", 0);
  t.field("module_fork_last_cow_size", 0);
}

void info_keyspace(InfoText& t, const Server& s) {
  for (size_t i = 0; i < s.executor.keyspace.count(); ++i) {
    const keyspace::Database& db = s.executor.keyspace[i];
    if (db.keys.size() == 0) continue;
    t.field("db" + std::to_string(i), "keys=" + std::to_string(db.keys.size()) +
                                          ",expires=" + std::to_string(db.expires.size()) +
                                          ",avg_ttl=" + std::to_string(db.expires.size() > 0 ? db.average_ttl : 0));
  }
}

}  // namespace keel::admin
