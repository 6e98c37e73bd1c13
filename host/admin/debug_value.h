// host/admin/debug_value.h - the value under a key, for the subcommands of DEBUG.
#pragma once
#include "host/admin/server.h"
#include "host/admin/words.h"
#include "host/base/hash.h"

namespace keel::admin {

// The entry of a key in the client's database; nullptr = there is no such key.
inline keyspace::Entry* debug_entry(Ctx c, Str key) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  return executor.find(executor.db(), base::hash_bytes(key), key);
}

struct DebugValue {
  keyspace::Entry* entry = nullptr;  // nullptr = there is no such key, and nothing below
  const keel_type* type = nullptr;
  keel_ref ref{};
  std::string_view encoding;  // empty = the type does not say
};
inline DebugValue debug_value(Ctx c, Str key) {
  DebugValue v;
  v.entry = debug_entry(c, key);
  if (v.entry == nullptr) return v;
  v.entry->describe(v.ref);
  v.type = exec::Executor::of(c.raw()).keyspace.types()[v.entry->type()];
  if (v.type->encoding != nullptr) v.encoding = v.type->encoding(&v.ref);
  return v;
}

}  // namespace keel::admin
