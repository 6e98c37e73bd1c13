// host/keyspace/keyspace.h - the databases: keys, their expiry, and the freeing of values.
#pragma once
#include <memory>
#include <vector>

#include "host/keyspace/table.h"
#include "host/keyspace/types.h"
#include "keel/host.h"

namespace keel::keyspace {

struct Database {
  Table keys;
  Table expires;            // the entries of `keys` that expire
  Table due;                // ... and those with something inside that may end by itself: Entry::due()
  int64_t average_ttl = 0;  // ms, of the samples that active expiry has seen lately
  uint64_t expire_cursor = 0, due_cursor = 0;
};

// Runs work on another thread: base for freeing what is big.
using Defer = void (*)(keel_task*);

class Keyspace {
 public:
  Keyspace(size_t databases, const Types& types, Defer defer);
  ~Keyspace();

  size_t count() const noexcept { return databases_.size(); }
  Database& operator[](size_t i) noexcept { return databases_[i]; }
  const Database& operator[](size_t i) const noexcept { return databases_[i]; }
  const Types& types() const noexcept { return types_; }

  // All [executor].  hash is base::hash_bytes(key); the entry's key must be absent (add) or present (the others).
  bool add(Database& db, uint64_t hash, Entry* e) noexcept;
  // Frees the shell of `was`, and its value unless `keep_value`.  False = out of memory, nothing changed.
  bool replace(Database& db, uint64_t hash, Entry* was, Entry* now, bool keep_value, bool lazy) noexcept;
  // Removes the entry and frees it: big values on a worker when `lazy`.
  void remove(Database& db, uint64_t hash, Entry* e, bool lazy) noexcept;
  // Removes the entry and returns it, to be added elsewhere.
  void take(Database& db, uint64_t hash, Entry* e) noexcept;
  // The entry with another expiry (-1 = none): the same one, or a new one in its place; nullptr = out of memory.
  Entry* set_expiry(Database& db, uint64_t hash, Entry* e, int64_t at_ms) noexcept;
  // Something in the entry's value may end by itself, or no longer does. False = out of memory, nothing changed.
  bool set_due(Database& db, uint64_t hash, Entry* e, bool due) noexcept;
  // How many entries there are of that kind, in all databases.
  size_t due() const noexcept { return due_; }
  // A copy of the entry under another key; nullptr = out of memory, or its type cannot be copied.
  Entry* copy(Entry* e, std::string_view key, bool with_expiry) noexcept;

  // Gives the value of `from` another key, in the place of `target` (nullptr = that key is absent), whose value is
  // freed. False = out of memory, nothing changed.
  bool rename(Database& db, uint64_t from_hash, Entry* from, uint64_t hash, std::string_view key, Entry* target,
              bool lazy) noexcept;

  // Removes all keys; returns how many there were.
  size_t flush(Database& db, bool lazy);
  void swap(size_t a, size_t b) noexcept;

  // Bytes of an entry with its value.
  size_t footprint(Entry* e, uint32_t samples) const noexcept;
  // Objects that wait for a worker to free them, and those it has freed.
  uint64_t lazy_pending() const noexcept;
  // Bytes of those that wait, roughly.
  int64_t lazy_pending_bytes() const noexcept;
  uint64_t lazy_freed() const noexcept;
  void reset_lazy_freed() noexcept;

  void free_value(Entry* e, bool lazy) noexcept;
  // Frees an entry that stands in no table, and its value: a big one on a worker when `lazy`.
  void destroy(Entry* e, bool lazy) noexcept;

 private:
  std::vector<Database> databases_;
  const Types& types_;
  Defer defer_;
  size_t due_ = 0;
};

}  // namespace keel::keyspace
