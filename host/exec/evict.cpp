// Eviction: approximated LRU, LFU and TTL order by sampling, with a pool of the worst candidates seen so far.
#include <algorithm>
#include <array>

#include "host/base/hash.h"
#include "host/base/log.h"
#include "host/base/memory.h"
#include "host/base/random.h"
#include "host/exec/executor.h"

namespace keel::exec {

using base::EvictionPolicy;
using keyspace::Entry;

int64_t Executor::used_memory() const noexcept {
  return base::counted_bytes() + uncounted_memory_.load(std::memory_order_relaxed);
}

// Evicting a key makes the change log longer: if that counted, one eviction would lead to the next.
int64_t Executor::evictable_memory() const noexcept {
  // What a worker frees already is as good as gone: nothing else has to give way for it.
  return used_memory() - base::counted_bytes(base::MemoryTag::kLog) - keyspace.lazy_pending_bytes();
}

base::AllocatorStats Executor::sample_memory() {
  const base::AllocatorStats stats_now = base::allocator_stats();
  const auto allocated = static_cast<int64_t>(stats_now.allocated);
  uncounted_memory_.store(allocated - base::counted_bytes(), std::memory_order_relaxed);
  stats.memory_peak = std::max(stats.memory_peak, allocated);
  return stats_now;
}

bool Executor::make_room() {
  const uint64_t most = settings.maxmemory;
  const auto fits = [&] { return most == 0 || evictable_memory() <= static_cast<int64_t>(most); };
  bool room = fits();
  if (!room) {
    sample_memory();  // what is not counted may have been freed since the last sample
    room = fits() || evict();
    stats.eviction_exceeds(!fits(), base::monotonic_ns());
  } else if (stats.eviction_exceeded_since != 0) {
    stats.eviction_exceeds(false, base::monotonic_ns());
  }
  return room;
}

// Until maxmemory holds, or for as long as commands may be delayed; false = there is nothing left to evict.
bool Executor::evict() {
  const auto most = static_cast<int64_t>(settings.maxmemory.get());
  if (settings.maxmemory_policy == EvictionPolicy::kNoEviction) return false;
  const int64_t tenacity = settings.maxmemory_eviction_tenacity;
  const int64_t began = base::monotonic_ns();
  // As Redis spends it: 0..500 us up to a tenacity of 10, then growing by 15% each, without limit at 100.
  int64_t budget_us = 50 * std::min<int64_t>(tenacity, 10);
  for (int64_t t = 10; t < tenacity; ++t) budget_us += budget_us * 15 / 100;
  size_t evicted = 0;
  while (evictable_memory() > most) {
    if (!evict_one()) return false;
    if (++evicted % 16 == 0 && tenacity < 100 && base::monotonic_ns() - began > budget_us * 1000) return true;
  }
  const int64_t ms = (base::monotonic_ns() - began) / 1'000'000;
  if (const int64_t threshold = settings.latency_monitor_threshold; threshold > 0 && ms >= threshold)
    latency.add("eviction-cycle", now_s(), static_cast<uint64_t>(ms));
  return true;
}

void Executor::evict_clients() {
  int64_t most = settings.maxmemory_clients;
  if (most < 0) most = static_cast<int64_t>(settings.maxmemory / 100 * static_cast<uint64_t>(-most));
  if (most == 0) return;
  uint64_t held = 0;
  for (const Client* c : clients.all())
    if (!c->closing) held += c->memory();  // what closes gives its memory back by itself
  while (held > static_cast<uint64_t>(most)) {
    Client* biggest = nullptr;
    for (Client* c : clients.all())
      if (!c->no_evict && !c->closing && (biggest == nullptr || c->memory() > biggest->memory())) biggest = c;
    if (biggest == nullptr) return;
    base::log(base::LogLevel::kNotice, "Evicting client",
              {{"addr", biggest->remote}, {"bytes", std::to_string(biggest->memory())}});
    held -= biggest->memory();
    biggest->link->close(false);
    ++stats.evicted_clients;
  }
}

// Evicts one key; false = there is none.
bool Executor::evict_one() {
  const EvictionPolicy policy = settings.maxmemory_policy;
  const bool any = base::evicts_any_key(policy);
  auto table = [&](size_t i) -> const keyspace::Table& { return any ? keyspace[i].keys : keyspace[i].expires; };
  auto evict = [&](size_t i, Entry* e) {
    remove_by_itself(keyspace[i], base::hash_bytes(e->key()), e, settings.lazyfree_lazy_eviction);
    ++stats.evicted;
  };

  if (policy == EvictionPolicy::kAllkeysRandom || policy == EvictionPolicy::kVolatileRandom) {
    for (size_t n = 0; n < keyspace.count(); ++n) {
      evict_db_ = (evict_db_ + 1) % keyspace.count();
      if (Entry* e = table(evict_db_).random(); e != nullptr) return evict(evict_db_, e), true;
    }
    return false;
  }

  constexpr size_t kPool = 16, kMostSamples = 64;
  const auto samples = std::min<size_t>(static_cast<size_t>(settings.maxmemory_samples.get()), kMostSamples);
  for (int tries = 0; tries < 64; ++tries) {
    bool some = false;
    for (size_t i = 0; i < keyspace.count(); ++i) {
      std::array<Entry*, kMostSamples> drawn;
      const size_t n = table(i).sample(drawn.data(), samples);
      some = some || n > 0;
      for (size_t j = 0; j < n; ++j) {
        const Entry* e = drawn[j];
        uint64_t score = 0;
        if (base::evicts_by_lfu(policy))
          score = 255u - frequency(e);
        else if (policy == EvictionPolicy::kVolatileTtl)
          score = UINT64_MAX - static_cast<uint64_t>(e->expire_ms());
        else
          score = static_cast<uint64_t>(idle_ms(e));
        if (pool_.size() == kPool && score <= pool_.front().score) continue;
        const bool known =
            std::any_of(pool_.begin(), pool_.end(), [&](const Candidate& c) { return c.db == i && c.key == e->key(); });
        if (known) continue;
        if (pool_.size() == kPool) pool_.erase(pool_.begin());
        const auto at = std::upper_bound(pool_.begin(), pool_.end(), score,
                                         [](uint64_t s, const Candidate& c) { return s < c.score; });
        pool_.insert(at, {score, i, std::string{e->key()}});
      }
    }
    if (!some) return false;
    while (!pool_.empty()) {
      const Candidate worst = std::move(pool_.back());
      pool_.pop_back();
      Entry* e = table(worst.db).find(base::hash_bytes(worst.key), worst.key);
      if (e != nullptr) return evict(worst.db, e), true;
    }
  }
  return false;
}

}  // namespace keel::exec
