#include "host/rdb/reload.h"

#include <vector>

#include "host/base/hash.h"
#include "host/rdb/blob_sink.h"
#include "host/rdb/value.h"

namespace keel::rdb {
namespace {

using keyspace::Database;
using keyspace::Entry;
using keyspace::Keyspace;

bool reload_entry(Keyspace& keyspace, Database& db, Entry* e, std::string& why) {
  keel_ref ref{};
  e->describe(ref);
  const keel_type& type = *keyspace.types()[e->type()];
  const uint8_t code = code_of(type, ref);
  BlobSink saved;
  if (save_value(type, ref, saved.face()) != KEEL_OK) return why = "a value of this type is not saved", false;
  LoadedValue loaded(keyspace.types());
  if (!loaded.load(code, version_with(code), saved.bytes(), why)) return false;
  Entry* made = loaded.give(e->key(), e->expire_ms(), e->access());
  if (made == nullptr) return why = "out of memory", false;
  const uint64_t hash = base::hash_bytes(e->key());
  if (keyspace.replace(db, hash, e, made, false, false)) return true;
  keyspace.destroy(made, false);
  return why = "out of memory", false;
}

}  // namespace

bool reload(Keyspace& keyspace, Database& db, std::string& why) {
  std::vector<Entry*> entries;
  entries.reserve(db.keys.size());
  db.keys.each([&entries](Entry* e) { entries.push_back(e); });
  for (Entry* e : entries) {
    if (reload_entry(keyspace, db, e, why)) continue;
    why = "key '" + std::string{e->key().substr(0, 128)} + "': " + why;
    return false;
  }
  return true;
}

}  // namespace keel::rdb
