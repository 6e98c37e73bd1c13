// WATCH: who watches which key.
#include "host/exec/transaction.h"

namespace keel::exec {

void Watches::add(Client& c, const KeyName& key, bool is_expired) {
  Transaction& t = *c.transaction;
  WatchedKey& k = keys_.get(key);
  const auto [at, is_new] = t.watches.try_emplace(&k, Watch{&c, &k, is_expired});
  if (!is_new) return;
  Watch& w = at->second;
  w.after = k.first;
  if (k.first != nullptr) k.first->before = &w;
  k.first = &w;
  t.watched_bytes += sizeof(Watch) + sizeof(WatchedKey) + key.key.size();
  c.count_transaction();
}

void Watches::forget(Client& c) noexcept {
  Transaction& t = *c.transaction;
  for (auto& [key, w] : t.watches) {
    if (w.after != nullptr) w.after->before = w.before;
    if (w.before != nullptr) {
      w.before->after = w.after;
    } else {
      w.key->first = w.after;
      if (w.after == nullptr) keys_.erase(*w.key);
    }
  }
  t.watches.clear();
  t.watched_bytes = 0;
  c.count_transaction();
}

void Watches::spoil(Client& c) noexcept {
  c.transaction->dirty = true;
  forget(c);
}

void Watches::touched(const KeyName& key, bool exists) noexcept {
  WatchedKey* k = keys_.find(key);
  if (k == nullptr) return;
  for (Watch *w = k->first, *next = nullptr; w != nullptr; w = next) {
    next = w->after;  // of another client: each watches a key once
    if (w->was_expired && !exists) {
      w->was_expired = false;  // for the client it was absent, and is
      continue;
    }
    spoil(*w->client);
  }
}

bool Watches::is_change(Watch& w, State now, State then) noexcept {
  if (w.was_expired) {
    w.was_expired = then.exists;
    return then.exists && !then.expired;
  }
  if (!now.exists && then.expired) {
    w.was_expired = true;  // absent, and as good as absent
    return false;
  }
  return true;
}

}  // namespace keel::exec
