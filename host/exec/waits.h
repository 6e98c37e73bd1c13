// host/exec/waits.h - who waits in a command: until when, and for which keys, or for what to go.  docs/blocking.md
// tells how the parts work together.
//
// Everything here is data: it runs nothing and sends nothing. Adding and removing a wait costs the number of its keys,
// and the logarithm of how many have a deadline.
//
// [executor]
#pragma once
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "host/exec/key_index.h"
#include "host/exec/stored_command.h"

namespace keel::exec {

struct Wait;
struct WaitQueue;
struct WaitingKey;

// One client waits for one key: a link in the queue of that key.
struct KeyWait {
  Wait* wait;
  uint32_t key;  // index among the keys of its command
  WaitQueue* queue;
  KeyWait *before = nullptr, *after = nullptr;
};

// Those who wait for a key to have a value of one type, in order of arrival.
struct WaitQueue {
  WaitingKey* key;
  uint16_t type;         // 0 = any
  size_t want_gone = 0;  // how many are to be run when the key has gone, too
  KeyWait *first = nullptr, *last = nullptr;
  bool fits(bool exists, uint16_t its_type) const noexcept { return exists && (type == 0 || type == its_type); }
};

struct WaitingKey : KeyRecord {
  using KeyRecord::KeyRecord;
  std::list<WaitQueue> queues;  // nearly always one
  bool ready = false;           // is in the list of those that have to be looked at
  bool busy = false;            // is being looked at: its queues stay
};

// Of one client; owned by it.
struct Wait {
  Client* client;
  bool silent;                 // CLIENT REPLY wants no reply
  int64_t deadline_ms = 0;     // Unix time; 0 = none
  uint64_t order = 0;          // of arrival
  std::string at_deadline{};   // the reply
  Command* command = nullptr;  // that waits
  uint64_t ticks = 0;          // that it has run so far
  // For keys:
  bool want_gone = false;
  StoredCommand again{};  // what is run when one of them is ready
  std::vector<KeyWait> keys{};
  // For clients or listeners to go; nothing else ends such a wait:
  bool for_leaving = false;
  std::vector<const void*> leaving{};
};

class Waits {
 public:
  // How a key is at a moment.
  struct State {
    bool exists;
    uint16_t type;
  };

  // A wait of this client, which has none.
  Wait& begin(Client& c, bool silent, int64_t deadline_ms, std::string at_deadline);
  // ... for a key, under its index; once for each of `most`. The same key twice counts once.
  void add_key(Wait& w, const KeyName& key, uint32_t index, uint16_t type, size_t most);
  // ... for a client or a listener to go, which is told from others by where it lies.
  void add_leaving(Wait& w, const void* leaving);
  // The client waits no longer.
  std::unique_ptr<Wait> end(Client& c) noexcept;
  // It has gone: f(Client&) for each that waited for it, and now for nothing else.
  template <class F>
  void gone(const void* what, F&& f) {
    const auto [from, to] = leaving_.equal_range(what);
    std::vector<Wait*> waits;
    for (auto i = from; i != to; ++i) waits.push_back(i->second);
    leaving_.erase(from, to);
    for (Wait* w : waits) {
      std::erase(w->leaving, what);
      if (w->leaving.empty()) f(*w->client);
    }
  }

  // Without those who wait for something to go.
  size_t size() const noexcept { return size_; }
  size_t with_deadline() const noexcept { return deadlines_.size(); }
  int64_t next_deadline_ms() const noexcept { return deadlines_.empty() ? 0 : deadlines_.begin()->first.first; }
  // The one whose deadline has come first; nullptr = none has come.
  Wait* due(int64_t now_ms) const noexcept {
    return !deadlines_.empty() && next_deadline_ms() <= now_ms ? deadlines_.begin()->second : nullptr;
  }

  bool any_keys() const noexcept { return !keys_.empty(); }
  // A key has changed. `woken` = it was created, or its handler says that those who wait are to look.
  void changed(const KeyName& key, State now, bool woken);
  // All keys of a database may have changed.
  void all_changed(uint32_t db);
  bool any_ready() const noexcept { return !ready_.empty(); }
  // The key that has been ready for longest, for f(KeyWait&) to run those who wait for it, one after another, while
  // state() fits. f may end the wait that it is given, and no other.
  template <class S, class F>
  void serve_one(S&& state, F&& f) {
    WaitingKey& k = *ready_.front();
    ready_.pop_front();
    k.ready = false;
    k.busy = true;
    for (WaitQueue& q : k.queues) {
      for (KeyWait *w = q.first, *next = nullptr; w != nullptr; w = next) {
        next = w->after;
        const State now = state(k);
        const bool fits = q.fits(now.exists, now.type);
        if (!fits && q.want_gone == 0) break;
        if (fits || w->wait->want_gone) f(*w);
      }
    }
    k.busy = false;
    tidy(k);
  }

 private:
  void leave(KeyWait& link) noexcept;
  void tidy(WaitingKey& k) noexcept;
  void make_ready(WaitingKey& k);

  KeyIndex<WaitingKey> keys_;
  std::deque<WaitingKey*> ready_;
  std::map<std::pair<int64_t, uint64_t>, Wait*> deadlines_;  // by moment and order of arrival
  std::unordered_multimap<const void*, Wait*> leaving_;
  size_t size_ = 0;
  uint64_t arrivals_ = 0;
};

}  // namespace keel::exec
