#include "host/base/memory.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#if defined(KEEL_JEMALLOC)
#include <jemalloc/jemalloc.h>
#else
#include <malloc.h>
#endif

namespace keel::base {
namespace {

// One block of counters per thread: an increment is a plain add on a line that no other thread writes. A thread's block
// outlives it, so that its sums stay in the total.
struct Counters {
  std::array<std::atomic<int64_t>, kMemoryTags> bytes{};
  Counters* next = nullptr;
};

std::mutex g_mutex;
std::atomic<Counters*> g_counters{nullptr};

Counters* register_thread() {
  auto* fresh = static_cast<Counters*>(std::calloc(1, sizeof(Counters)));
  if (fresh == nullptr) std::abort();
  const std::lock_guard lock{g_mutex};
  fresh->next = g_counters.load(std::memory_order_relaxed);
  g_counters.store(fresh, std::memory_order_release);
  return fresh;
}

thread_local Counters* t_counters = nullptr;

void count(MemoryTag tag, int64_t n) noexcept {
  if (t_counters == nullptr) [[unlikely]]
    t_counters = register_thread();
  auto& cell = t_counters->bytes[static_cast<size_t>(tag)];
  cell.store(cell.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

#if defined(KEEL_JEMALLOC)
constexpr size_t kTableLimit = 4096, kStep = 16;
struct Classes {
  std::array<uint16_t, kTableLimit / kStep + 1> size{};
  Classes() noexcept {
    for (size_t i = 1; i < size.size(); ++i) size[i] = static_cast<uint16_t>(nallocx(i * kStep, 0));
  }
};
const Classes g_classes;

uint64_t statistic(const char* name) noexcept {
  uint64_t value = 0;
  size_t size = sizeof value;
  return mallctl(name, &value, &size, nullptr, 0) == 0 ? value : 0;
}
#endif

}  // namespace

size_t block_size(size_t n) noexcept {
#if defined(KEEL_JEMALLOC)
  if (n <= 8) return 8;
  if (n <= kTableLimit) return g_classes.size[(n + kStep - 1) / kStep];
  return nallocx(n, 0);
#else
  return (n + 15) & ~size_t{15};
#endif
}

void* allocate(size_t n, MemoryTag tag) noexcept {
#if defined(KEEL_JEMALLOC)
  void* p = std::malloc(n);
#else
  void* p = std::malloc(block_size(n));  // what block_size() promises, libc gives only when asked for it
#endif
  if (p != nullptr) count(tag, static_cast<int64_t>(block_size(n)));
  return p;
}

void* allocate_aligned(size_t n, size_t alignment, MemoryTag tag) noexcept {
#if defined(KEEL_JEMALLOC)
  void* p = mallocx(n, MALLOCX_ALIGN(alignment));
#else
  void* p = std::aligned_alloc(alignment, (n + alignment - 1) & ~(alignment - 1));
#endif
  if (p == nullptr) return nullptr;
  std::memset(p, 0, n);
  count(tag, static_cast<int64_t>(block_size(n)));
  return p;
}

void release(void* p, size_t n, MemoryTag tag) noexcept {
  if (p == nullptr) return;
  count(tag, -static_cast<int64_t>(block_size(n)));
#if defined(KEEL_JEMALLOC)
  sdallocx(p, n == 0 ? 1 : n, 0);
#else
  std::free(p);
#endif
}

void release_aligned(void* p, size_t n, [[maybe_unused]] size_t alignment, MemoryTag tag) noexcept {
  if (p == nullptr) return;
  count(tag, -static_cast<int64_t>(block_size(n)));
#if defined(KEEL_JEMALLOC)
  sdallocx(p, n, MALLOCX_ALIGN(alignment));
#else
  std::free(p);
#endif
}

int64_t counted_bytes(MemoryTag tag) noexcept {
  int64_t sum = 0;
  for (const auto* c = g_counters.load(std::memory_order_acquire); c != nullptr; c = c->next)
    sum += c->bytes[static_cast<size_t>(tag)].load(std::memory_order_relaxed);
  return sum;
}

int64_t counted_bytes() noexcept {
  int64_t sum = 0;
  for (size_t tag = 0; tag < kMemoryTags; ++tag) sum += counted_bytes(static_cast<MemoryTag>(tag));
  return sum;
}

AllocatorStats allocator_stats() noexcept {
#if defined(KEEL_JEMALLOC)
  uint64_t epoch = 1;
  size_t size = sizeof epoch;
  mallctl("epoch", &epoch, &size, &epoch, size);
  return {statistic("stats.allocated"), statistic("stats.active"),   statistic("stats.resident"),
          statistic("stats.mapped"),    statistic("stats.retained"), statistic("stats.metadata")};
#else
  const auto m = mallinfo2();
  if (m.arena == 0) {  // a sanitizer's allocator tells nothing
    const auto counted = static_cast<uint64_t>(counted_bytes()) + (uint64_t{1} << 20);
    return {counted, counted, counted, counted, 0, 0};
  }
  return {m.uordblks + m.hblkhd, m.uordblks + m.hblkhd, m.arena + m.hblkhd, m.arena + m.hblkhd, 0, 0};
#endif
}

void purge_allocator() noexcept {
#if defined(KEEL_JEMALLOC)
  char command[48];
  std::snprintf(command, sizeof command, "arena.%u.purge", static_cast<unsigned>(MALLCTL_ARENAS_ALL));
  mallctl(command, nullptr, nullptr, nullptr, 0);
#else
  malloc_trim(0);
#endif
}

bool set_allocator_background([[maybe_unused]] bool on) noexcept {
#if defined(KEEL_JEMALLOC)
  // Pages that a growing table leaves behind go back within seconds, not within ten.
  ssize_t decay_ms = 2000;
  mallctl("arenas.dirty_decay_ms", nullptr, nullptr, &decay_ms, sizeof decay_ms);
  unsigned arenas = 0;
  size_t size = sizeof arenas;
  mallctl("arenas.narenas", &arenas, &size, nullptr, 0);
  for (unsigned i = 0; i < arenas; ++i) {
    char name[48];
    std::snprintf(name, sizeof name, "arena.%u.dirty_decay_ms", i);
    mallctl(name, nullptr, nullptr, &decay_ms, sizeof decay_ms);
  }
  return mallctl("background_thread", nullptr, nullptr, &on, sizeof on) == 0;
#else
  return false;
#endif
}

int allocator_control([[maybe_unused]] const char* name, [[maybe_unused]] void* old, [[maybe_unused]] size_t* old_size,
                      [[maybe_unused]] void* fresh, [[maybe_unused]] size_t fresh_size) noexcept {
#if defined(KEEL_JEMALLOC)
  return mallctl(name, old, old_size, fresh, fresh_size);
#else
  return ENOENT;
#endif
}

const char* allocator_name() noexcept {
#if defined(KEEL_JEMALLOC)
#define KEEL_TEXT_OF(x) #x
#define KEEL_TEXT(x) KEEL_TEXT_OF(x)
  return "jemalloc-" KEEL_TEXT(JEMALLOC_VERSION_MAJOR) "." KEEL_TEXT(JEMALLOC_VERSION_MINOR) "." KEEL_TEXT(
      JEMALLOC_VERSION_BUGFIX);
#else
  return "libc";
#endif
}

}  // namespace keel::base
