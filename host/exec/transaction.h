// host/exec/transaction.h - what a client has queued since MULTI, and the keys that it watches.  docs/transactions.md
// tells how the parts work together.
//
// [executor]
#pragma once
#include <unordered_map>
#include <vector>

#include "host/exec/key_index.h"
#include "host/exec/stored_command.h"

namespace keel::exec {

struct WatchedKey;

// One client watches one key: a link in the list of that key.
struct Watch {
  Client* client;
  WatchedKey* key;
  bool was_expired;  // the key was past its time when WATCH came, and has not been removed since
  Watch *before = nullptr, *after = nullptr;
};

struct WatchedKey : KeyRecord {
  using KeyRecord::KeyRecord;
  Watch* first = nullptr;
};

// Of one client; exists while it watches, is in MULTI, or has lost what it watched.
struct Transaction {
  bool open = false;    // between MULTI and EXEC
  bool faulty = false;  // a command was refused while it was being queued: EXEC aborts
  bool dirty = false;   // a watched key has changed: EXEC does nothing
  uint64_t flags = 0;   // KEEL_CMD_* of all that is queued
  std::vector<StoredCommand> queue;
  std::unordered_map<const WatchedKey*, Watch> watches;
  size_t queued_bytes = 0, watched_bytes = 0;

  size_t memory() const noexcept { return queued_bytes + watched_bytes; }
  bool over() const noexcept { return !open && !dirty && watches.empty(); }
};

// The keys that any client watches. A look-up for each change of a key while there are some; nothing while there are
// none: see Executor::touch().
class Watches {
 public:
  // Whether a key is there, and past its time: asked about keys and databases as they are at that moment.
  struct State {
    bool exists, expired;
  };

  bool none() const noexcept { return keys_.empty(); }
  // The client's transaction exists.
  void add(Client& c, const KeyName& key, bool is_expired);
  // All that the client watches.
  void forget(Client& c) noexcept;

  // A key has changed: those who watch it are dirty. `exists` = it is there now.
  void touched(const KeyName& key, bool exists) noexcept;
  // The keys of a database are about to go, and those of another (if any) take their place: state(bool next, key) says
  // how a key is in the present and in the next database.
  template <class F>
  void replaced(uint32_t db, bool has_next, F&& state) {
    std::vector<Client*> touched;
    keys_.each([&](WatchedKey& k) {
      if (k.db != db) return;
      const State now = state(false, k), then = has_next ? state(true, k) : State{false, false};
      if (!now.exists && !then.exists) return;
      for (Watch* w = k.first; w != nullptr; w = w->after)
        if (is_change(*w, now, then)) touched.push_back(w->client);
    });
    for (Client* c : touched) spoil(*c);
  }

 private:
  static bool is_change(Watch& w, State now, State then) noexcept;
  // The client's transaction will do nothing, so it has nothing to watch.
  void spoil(Client& c) noexcept;

  KeyIndex<WatchedKey> keys_;
};

}  // namespace keel::exec
