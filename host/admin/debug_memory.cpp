// DEBUG: memory of the allocator and of clients: MALLCTL, MALLCTL-STR, CLIENT-EVICTION.
#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "host/admin/debug.h"
#include "host/admin/server.h"
#include "host/base/memory.h"

namespace keel::admin {
namespace {

keel_status refuse(Ctx c, int error) {
  return c.error("ERR " + std::string{std::strerror(error)});
}

// mallctl() knows the size of what it reads and writes, and refuses every other.
template <class T>
int control(const char* name, const int64_t* fresh, int64_t& old) noexcept {
  if (fresh != nullptr && static_cast<int64_t>(static_cast<T>(*fresh)) != *fresh) return EINVAL;
  T was{}, now = fresh != nullptr ? static_cast<T>(*fresh) : T{};
  size_t size = sizeof was;
  const int error =
      base::allocator_control(name, &was, &size, fresh != nullptr ? &now : nullptr, fresh != nullptr ? sizeof now : 0);
  old = static_cast<int64_t>(was);
  return error;
}

// Those whose value is a text: the manual of jemalloc, MALLCTL NAMESPACE.  The address that another one would give is
// that of nothing.
bool is_text(Str name) noexcept {
  constexpr std::array<Str, 12> kTexts = {"version",          "config.malloc_conf",      "opt.dss",
                                          "opt.junk",         "opt.metadata_thp",        "opt.percpu_arena",
                                          "opt.thp",          "opt.prof_prefix",         "opt.stats_print_opts",
                                          "opt.zero_realloc", "opt.stats_interval_opts", "thread.prof.name"};
  const bool of_arena = name.starts_with("arena.") && name.ends_with(".dss");
  return of_arena || std::find(kTexts.begin(), kTexts.end(), name) != kTexts.end();
}

}  // namespace

// MALLCTL key [number]: what it is, or was before it was set.
keel_status debug_mallctl(Ctx c) {
  const std::string name{c.arg(2)};
  const auto fresh = c.argc() == 4 ? parse_integer(c.arg(3)) : std::optional<int64_t>{0};
  if (!fresh) return c.error(kNotInteger);
  const int64_t* const given = c.argc() == 4 ? &*fresh : nullptr;
  int64_t old = 0;
  int error = control<int64_t>(name.c_str(), given, old);
  if (error == EINVAL) error = control<int32_t>(name.c_str(), given, old);
  if (error == EINVAL) error = control<bool>(name.c_str(), given, old);
  return error == 0 ? c.integer(old) : refuse(c, error);
}

keel_status debug_mallctl_str(Ctx c) {
  const std::string name{c.arg(2)}, fresh{c.argc() == 4 ? c.arg(3) : Str{}};
  if (!is_text(name)) return refuse(c, ENOENT);
  const char *old = nullptr, *now = fresh.c_str();
  size_t size = sizeof old;
  const int error =
      base::allocator_control(name.c_str(), static_cast<void*>(&old), &size,
                              c.argc() == 4 ? static_cast<void*>(&now) : nullptr, c.argc() == 4 ? sizeof now : 0);
  if (error != 0) return refuse(c, error);
  return old != nullptr ? c.bulk(old) : c.null();
}

// How much memory the clients hold that maxmemory-clients may close, in classes of powers of two as Redis shows them.
keel_status debug_client_eviction(Ctx c) {
  const exec::Executor& executor = exec::Executor::of(c.raw());
  if (executor.settings.maxmemory_clients == 0) return c.error("ERR maxmemory-clients is disabled.");
  constexpr int kFirstLog = 15, kLastLog = 32;  // below 32 KiB ... 4 GiB and more
  struct Bucket {
    uint64_t bytes = 0, clients = 0;
  };
  std::array<Bucket, kLastLog - kFirstLog + 2> buckets;
  for (const exec::Client* client : executor.clients.all()) {
    if (client->no_evict) continue;
    const uint64_t bytes = client->memory();
    Bucket& b = buckets[static_cast<size_t>(
        std::clamp(static_cast<int>(std::bit_width(bytes)), kFirstLog, kLastLog + 1) - kFirstLog)];
    b.bytes += bytes;
    ++b.clients;
  }
  std::string text;
  for (size_t i = 0; i < buckets.size(); ++i) {
    const uint64_t from = i == 0 ? 0 : uint64_t{1} << (i + kFirstLog - 1), to = (uint64_t{1} << (i + kFirstLog)) - 1;
    char line[128];
    int n = i + 1 < buckets.size() ? std::snprintf(line, sizeof line, "bucket %10lu - %10lu", from, to)
                                   : std::snprintf(line, sizeof line, "bucket %10lu+            ", from);
    text.append(line, static_cast<size_t>(n));
    n = std::snprintf(line, sizeof line, ": tot-mem: %10lu, clients: %lu\n", buckets[i].bytes, buckets[i].clients);
    text.append(line, static_cast<size_t>(n));
  }
  return c.verbatim(text);
}

}  // namespace keel::admin
