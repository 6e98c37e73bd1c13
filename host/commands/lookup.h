// host/commands/lookup.h - finding the keys of a command for handlers of the host, which know entries.
//
// They find without the side effects that keel_keyspace has for plugins: what looks at a key is no access to it, and
// what changes its name or expiry needs no value of its own.
#pragma once
#include "host/exec/executor.h"
#include "keel/cpp/ctx.hpp"

namespace keel::commands {

using exec::Executor;
using keyspace::Database;
using keyspace::Entry;

inline Executor& executor(Ctx c) noexcept {
  return Executor::of(c.raw());
}
inline uint64_t hash_of(Ctx c, uint32_t key) noexcept {
  return c.raw()->keys[key].hash;
}

// All of these: nullptr = absent, or past its time. `key` indexes ctx->keys.

// In a database that need not be the client's. No statistics, no access clock.
inline Entry* find(Ctx c, uint32_t key, Database& db) {
  return executor(c).find(db, hash_of(c, key), c.key(key));
}
// Counts a hit or a miss, and leaves the access clock alone: TTL, TYPE, OBJECT, EXISTS.
inline Entry* look_at(Ctx c, uint32_t key) {
  Executor& x = executor(c);
  Entry* e = find(c, key, x.db());
  ++(e != nullptr ? x.stats.hits : x.stats.misses);
  return e;
}
// Sets the access clock, and counts nothing: what changes a key.
inline Entry* find_to_change(Ctx c, uint32_t key, Database& db) {
  Executor& x = executor(c);
  Entry* e = find(c, key, db);
  if (e != nullptr && !x.client().no_touch) e->access(x.access_now(e));
  return e;
}

// A moment in the past deletes the key that shall expire then, except where the primary or a log will say so itself.
inline bool is_past(Ctx c, int64_t at_ms) noexcept {
  return at_ms <= c.now_ms() && (c.raw()->flags & (KEEL_CTX_LOADING | KEEL_CTX_REPLAY)) == 0;
}

// A ref to a key of the client's database, for expire() and commit(). e may be nullptr.
inline Ref ref_to(Entry* e, uint32_t key) noexcept {
  Ref r;
  r.raw()->key = key;
  r.raw()->expire_ms = -1;
  if (e != nullptr) e->describe(*r.raw());
  return r;
}

// What commit() does, for changes that no single ref stands for: keys under another name or in another database, whole
// databases. Counts them, while Executor::touch() tells of each key; the command as it was sent goes to the change log
// unless the handler has said something else.
inline void changed(Ctx c, uint64_t count = 1) noexcept {
  c.raw()->dirty += count;
}

}  // namespace keel::commands
