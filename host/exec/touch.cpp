// Who is told when a key changes.
#include "host/exec/executor.h"

namespace keel::exec {

Watches::State Executor::state_of(const keyspace::Database& db, const KeyName& key) const noexcept {
  const keyspace::Entry* e = db.keys.find(key.hash, key.key);
  return {e != nullptr, e != nullptr && e->has_expiry() && e->expire_ms() <= now_ms_};
}

void Executor::touched(const KeyName& key, Touch how) {
  const keyspace::Entry* e = keyspace[key.db].keys.find(key.hash, key.key);
  if ((interest_ & kInterestWait) != 0) {
    waits_.changed(key, {e != nullptr, e != nullptr ? e->type() : uint16_t{0}}, how.wakes);
    if (!waits_.any_keys()) interest_ &= ~kInterestWait;
  }
  if ((interest_ & kInterestWatch) == 0 || !how.watched) return;
  watches_.touched(key, e != nullptr);
  if (watches_.none()) interest_ &= ~kInterestWatch;
}

void Executor::touch_flushed(const keyspace::Database& db) {
  if (interest_ == 0) return;
  waits_.all_changed(db_index(db));
  watches_.replaced(db_index(db), false, [&](bool, const KeyRecord& k) { return state_of(db, k.name()); });
  if (watches_.none()) interest_ &= ~kInterestWatch;
}

void Executor::touch_swapped(uint32_t a, uint32_t b) {
  if (interest_ == 0 || a == b) return;
  waits_.all_changed(a);
  waits_.all_changed(b);
  for (const auto& [db, next] : {std::pair{a, b}, std::pair{b, a}})
    watches_.replaced(db, true, [&, db = db, next = next](bool then, const KeyRecord& k) {
      return state_of(keyspace[then ? next : db], k.name());
    });
  if (watches_.none()) interest_ &= ~kInterestWatch;
}

}  // namespace keel::exec
