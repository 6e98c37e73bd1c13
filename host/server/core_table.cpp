#include "host/server/core_table.h"

#include "host/base/clock.h"
#include "host/base/log.h"
#include "host/base/memory.h"
#include "host/base/roles.h"
#include "host/base/workers.h"
#include "host/plugin/loader.h"

namespace keel::server {
namespace {

base::MemoryTag tag_of(uint32_t tag) noexcept {
  return tag == KEEL_MEMORY_VALUE ? base::MemoryTag::kValue : base::MemoryTag::kPlugin;
}

constexpr keel_core kTable = {
    {sizeof(keel_core), 0},
    [](size_t n, uint32_t tag) noexcept -> void* { return base::allocate(n, tag_of(tag)); },
    [](void* p, size_t n, uint32_t tag) noexcept { base::release(p, n, tag_of(tag)); },
    [](const keel_host* host, int32_t level, keel_str line) noexcept {
      base::log(static_cast<base::LogLevel>(level < 0   ? 0
                                            : level > 3 ? 3
                                                        : level),
                {line.ptr, line.len}, {{"plugin", plugin::Loader::plugin_of(host).name()}});
    },
    []() noexcept -> int64_t { return base::monotonic_ns(); },
    [](keel_task* t) noexcept { base::defer(t); },
    []() noexcept -> uint32_t { return base::roles(); },
    [](const keel_host* host, uint32_t cls, keel_str name) noexcept -> uint32_t {
      return plugin::Loader::event(host, cls, name);
    },
    []() noexcept -> int64_t { return base::unix_ms(); },
};

}  // namespace

const keel_core& core_table() noexcept {
  return kTable;
}

}  // namespace keel::server
