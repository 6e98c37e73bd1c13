// host/admin/memory_report.h - where the memory of the process is, for INFO and MEMORY.
#pragma once
#include <vector>

#include "host/admin/server.h"
#include "host/base/memory.h"

namespace keel::admin {

struct MemoryReport {  // bytes
  struct PerDatabase {
    size_t index = 0;
    uint64_t keys = 0, expires = 0;  // tables, without entries
  };
  uint64_t used = 0, peak = 0, startup = 0;
  uint64_t clients = 0;   // what connections hold
  uint64_t overhead = 0;  // all but the data: startup, clients, tables
  uint64_t dataset = 0;
  uint64_t resident = 0;  // of the process, as the kernel counts it
  uint64_t keys = 0;      // how many there are
  base::AllocatorStats allocator{};
  std::vector<PerDatabase> databases;  // those that are not empty

  // Per cent; 0 when nothing is in use.
  double peak_percent() const noexcept;
  double dataset_percent() const noexcept;
  double fragmentation() const noexcept;            // resident / used
  double allocator_fragmentation() const noexcept;  // active / allocated
  double allocator_rss() const noexcept;            // resident / active, as the allocator counts
  double rss_overhead() const noexcept;             // of the process / of the allocator
};

MemoryReport memory_report(const Server& server);

uint64_t system_memory() noexcept;

}  // namespace keel::admin
