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

// How much a slice does, and what it has seen.
struct Executor::Sampling {
  size_t per_round;
  double acceptable;  // the part of a round that may have ended without another round
  int64_t deadline;   // monotonic ns
  uint64_t looked = 0, gone = 0;
  bool in_time = true;
};

// Rounds over an index of entries.  has_ended(Entry*) removes what has ended, from under this entry alone, and says
// whether anything had.
template <class F>
void Executor::sample(const keyspace::Table& index, uint64_t& cursor, Sampling& s, F has_ended) {
  while (index.size() > 0) {
    std::array<Entry*, 512> found;
    size_t count = 0, buckets = 0;
    // A round: some buckets in the order of the table, so that every key is seen, and soon again where many had ended.
    do {
      cursor = index.scan(cursor, [&](Entry* e) {
        if (count < found.size()) found[count++] = e;
      });
    } while (count < s.per_round && ++buckets < 20 * s.per_round && cursor != 0);
    size_t ended = 0;
    for (size_t i = 0; i < count && s.in_time; ++i) {
      ++s.looked;
      if (!has_ended(found[i])) continue;
      ++ended;
      s.in_time = base::monotonic_ns() <= s.deadline;  // those left out are seen in another round
    }
    s.gone += ended;
    if (!s.in_time || base::monotonic_ns() > s.deadline) {
      s.in_time = false;
      return;
    }
    if (static_cast<double>(ended) <= s.acceptable * static_cast<double>(count)) return;
  }
}

void Executor::expire_keys(Database& db, Sampling& s) {
  uint64_t lasting = 0;
  double ttl_sum = 0;  // distant times would overflow an integer
  sample(db.expires, db.expire_cursor, s, [&](Entry* e) {
    if (e->expire_ms() <= now_ms_) return expire_now(db, base::hash_bytes(e->key()), e), true;
    ttl_sum += static_cast<double>(e->expire_ms() - now_ms_);
    ++lasting;
    return false;
  });
  if (lasting > 0) {
    const auto average = static_cast<int64_t>(ttl_sum / static_cast<double>(lasting));
    db.average_ttl = db.average_ttl == 0 ? average : db.average_ttl / 50 * 49 + average / 50;
  }
  if (db.expires.size() == 0) db.average_ttl = 0;
}

// Elements inside values.
void Executor::expire_elements(Database& db, Sampling& s) {
  sample(db.due, db.due_cursor, s, [&](Entry* e) {
    if (e->has_expiry() && e->expire_ms() <= now_ms_) return false;
    const int64_t at = due_ms(e);
    const uint64_t hash = base::hash_bytes(e->key());
    if (at < 0) keyspace.set_due(db, hash, e, false);
    return at >= 0 && at <= now_ms_ && remove_ended(db, hash, e);
  });
}

void Executor::begin_expire_cycle() {
  const int64_t effort = std::clamp<int64_t>(settings.active_expire_effort, 1, 10) - 1;
  const int64_t budget_ns = 250'000'000 / hz();  // a quarter of the time between two cycles
  expire_ = {effort, keyspace.count(), budget_ns + budget_ns * effort * 8 / 100, 0, 0};
}

bool Executor::expire_slice() {
  constexpr size_t kPerRound = 20;
  constexpr int64_t kSlice = 700'000;  // ns; a value that removes some of its elements may take a little more
  if (expire_.databases == 0 || !active_expire || pause_mode_ != PauseMode::kNone) return false;
  refresh_clock();
  const int64_t began = base::monotonic_ns();
  Sampling s{kPerRound + kPerRound / 4 * static_cast<size_t>(expire_.effort),
             0.10 - 0.01 * static_cast<double>(expire_.effort), began + std::min(kSlice, expire_.left_ns)};
  while (expire_.databases > 0 && s.in_time) {
    expire_keys(keyspace[expire_db_], s);
    if (s.in_time) expire_elements(keyspace[expire_db_], s);
    if (!s.in_time) break;
    expire_db_ = (expire_db_ + 1) % keyspace.count();
    --expire_.databases;
  }
  const int64_t spent = base::monotonic_ns() - began;
  expire_.left_ns -= spent;
  expire_.looked += s.looked;
  expire_.gone += s.gone;
  stats.expire_cycle_us += static_cast<uint64_t>(spent / 1000);
  if (const int64_t threshold = settings.latency_monitor_threshold; threshold > 0 && spent >= threshold * 1'000'000)
    latency.add("expire-cycle", now_s(), static_cast<uint64_t>(spent / 1'000'000));
  end_turn();
  if (expire_.databases > 0 && expire_.left_ns > 0) return true;
  if (expire_.databases > 0) ++stats.expire_time_cap_reached;
  expire_.databases = 0;
  const double now = expire_.looked == 0 ? 0 : static_cast<double>(expire_.gone) / static_cast<double>(expire_.looked);
  stats.expired_stale_fraction = now * 0.05 + stats.expired_stale_fraction * 0.95;
  return false;
}

}  // namespace keel::exec
