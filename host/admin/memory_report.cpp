#include "host/admin/memory_report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "host/admin/client_words.h"

namespace keel::admin {
namespace {

double ratio(uint64_t a, uint64_t b) noexcept {
  return b == 0 ? 0.0 : static_cast<double>(a) / static_cast<double>(b);
}

uint64_t page_size() noexcept {
  return static_cast<uint64_t>(std::max(::sysconf(_SC_PAGESIZE), 1L));
}

uint64_t resident_memory() noexcept {
  std::FILE* f = std::fopen("/proc/self/statm", "r");
  if (f == nullptr) return 0;
  unsigned long long whole = 0, resident = 0;
  const int n = std::fscanf(f, "%llu %llu", &whole, &resident);
  std::fclose(f);
  return n == 2 ? resident * page_size() : 0;
}

}  // namespace

double MemoryReport::peak_percent() const noexcept {
  return ratio(used, peak) * 100;
}
double MemoryReport::dataset_percent() const noexcept {
  return used > startup ? std::min(ratio(dataset, used - startup) * 100, 100.0) : 0.0;
}
double MemoryReport::fragmentation() const noexcept {
  return ratio(resident, used);
}
double MemoryReport::allocator_fragmentation() const noexcept {
  return ratio(allocator.active, allocator.allocated);
}
double MemoryReport::allocator_rss() const noexcept {
  return ratio(allocator.resident, allocator.active);
}
double MemoryReport::rss_overhead() const noexcept {
  return ratio(resident, allocator.resident);
}

MemoryReport memory_report(const Server& server) {
  MemoryReport r;
  exec::Executor& executor = server.executor;
  r.allocator = executor.sample_memory();
  r.used = static_cast<uint64_t>(std::max<int64_t>(executor.used_memory(), 0));
  r.peak = std::max(r.used, static_cast<uint64_t>(std::max<int64_t>(executor.stats.memory_peak, 0)));
  r.startup = static_cast<uint64_t>(std::max<int64_t>(server.startup_memory, 0));
  r.resident = resident_memory();
  for (const exec::Client* c : executor.clients.all()) r.clients += memory_of(*c);
  r.overhead = r.startup + r.clients;
  for (size_t i = 0; i < executor.keyspace.count(); ++i) {
    const keyspace::Database& db = executor.keyspace[i];
    if (db.keys.size() == 0) continue;
    r.keys += db.keys.size();
    r.databases.push_back({i, db.keys.footprint(), db.expires.footprint()});
    r.overhead += r.databases.back().keys + r.databases.back().expires;
  }
  r.overhead = std::min(r.overhead, r.used);
  r.dataset = r.used - r.overhead;
  return r;
}

uint64_t system_memory() noexcept {
  return static_cast<uint64_t>(std::max(::sysconf(_SC_PHYS_PAGES), 0L)) * page_size();
}

}  // namespace keel::admin
