// Expiry: keys are removed when somebody looks for them, and by a cycle that samples those that expire.
#include <algorithm>
#include <array>

#include "host/base/hash.h"
#include "host/exec/executor.h"

namespace keel::exec {

using keyspace::Database;
using keyspace::Entry;

Entry* Executor::find(Database& db, uint64_t hash, std::string_view key) {
  Entry* e = db.keys.find(hash, key);
  if (e == nullptr || !e->has_expiry() || e->expire_ms() > now_ms_) [[likely]]
    return e;
  // While clients are paused nothing changes: the key is gone for whoever asks, and is removed later.
  if (pause_mode_ == PauseMode::kNone) expire_now(db, hash, e);
  return nullptr;
}

// A removal that no command asks for.
void Executor::remove_by_itself(Database& db, uint64_t hash, Entry* e, bool lazy) {
  if (change_log.active()) {
    const keel_str argv[] = {lazy ? keel_str{"UNLINK", 6} : keel_str{"DEL", 3}, {e->key().data(), e->key().size()}};
    change_log.append(db_index(db), argv, 2);
  }
  if (interest_ == 0) [[likely]]
    return keyspace.remove(db, hash, e, lazy);
  const std::string key{e->key()};  // goes with the entry
  keyspace.remove(db, hash, e, lazy);
  touch(db, hash, key);
}

void Executor::expire_now(Database& db, uint64_t hash, Entry* e) {
  remove_by_itself(db, hash, e, settings.lazyfree_lazy_expire);
  ++stats.expired;
}

void Executor::expire_cycle(int64_t budget_us) {
  constexpr size_t kPerRound = 20;
  const int64_t effort = std::clamp<int64_t>(settings.active_expire_effort, 1, 10) - 1;
  const size_t per_round = kPerRound + kPerRound / 4 * static_cast<size_t>(effort);
  const double acceptable = 0.10 - 0.01 * static_cast<double>(effort);
  const int64_t began = base::monotonic_ns();
  const int64_t deadline = began + (budget_us + budget_us * effort * 8 / 100) * 1000;
  uint64_t looked = 0, gone = 0;
  bool in_time = true;
  for (size_t n = 0; n < keyspace.count() && in_time; ++n, expire_db_ = (expire_db_ + 1) % keyspace.count()) {
    Database& db = keyspace[expire_db_];
    while (db.expires.size() > 0) {
      std::array<Entry*, 512> found;
      size_t count = 0, buckets = 0;
      // A round: some buckets in the order of the table, so that every key is seen, and soon again where many had
      // expired.
      do {
        db.expire_cursor = db.expires.scan(db.expire_cursor, [&](Entry* e) {
          if (count < found.size()) found[count++] = e;
        });
      } while (count < per_round && ++buckets < 20 * per_round && db.expire_cursor != 0);
      size_t expired = 0;
      double ttl_sum = 0;  // distant times would overflow an integer
      for (size_t i = 0; i < count; ++i) {
        Entry* e = found[i];
        if (e->expire_ms() <= now_ms_) {
          expire_now(db, base::hash_bytes(e->key()), e);
          ++expired;
        } else {
          ttl_sum += static_cast<double>(e->expire_ms() - now_ms_);
        }
      }
      if (count > expired) {
        const auto average = static_cast<int64_t>(ttl_sum / static_cast<double>(count - expired));
        db.average_ttl = db.average_ttl == 0 ? average : db.average_ttl / 50 * 49 + average / 50;
      }
      looked += count;
      gone += expired;
      if (base::monotonic_ns() > deadline) {
        ++stats.expire_time_cap_reached;
        in_time = false;
        break;
      }
      if (static_cast<double>(expired) <= acceptable * static_cast<double>(count)) break;
    }
    if (db.expires.size() == 0) db.average_ttl = 0;
  }
  const int64_t spent = base::monotonic_ns() - began;
  stats.expire_cycle_us += static_cast<uint64_t>(spent / 1000);
  if (const int64_t threshold = settings.latency_monitor_threshold; threshold > 0 && spent >= threshold * 1'000'000)
    latency.add("expire-cycle", now_s(), static_cast<uint64_t>(spent / 1'000'000));
  const double now = looked == 0 ? 0 : static_cast<double>(gone) / static_cast<double>(looked);
  stats.expired_stale_fraction = now * 0.05 + stats.expired_stale_fraction * 0.95;
}

}  // namespace keel::exec
