// DEBUG: in which form the value of a key is kept: LISTPACK, QUICKLIST, SDSLEN, HTSTATS-KEY.
#include <cstdio>

#include "host/admin/debug.h"
#include "host/admin/server.h"
#include "host/base/hash.h"

namespace keel::admin {
namespace {

using keyspace::Entry;

// The value of the key that the command names, with what its type says of it.
struct Looked {
  const keel_type* type = nullptr;  // nullptr = there is no such key
  Entry* entry = nullptr;
  keel_ref ref{};
  std::string_view encoding;
};
Looked look(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  Looked l;
  l.entry = executor.find(executor.db(), base::hash_bytes(c.arg(2)), c.arg(2));
  if (l.entry == nullptr) return l;
  l.entry->describe(l.ref);
  l.type = executor.keyspace.types()[l.entry->type()];
  if (l.type->encoding != nullptr) l.encoding = l.type->encoding(&l.ref);
  return l;
}

// Its elements on standard output, as Redis does it.
void print(const Looked& l) {
  if (l.type->iterate == nullptr) return;
  keel_visit visit{};
  visit.item = [](keel_visit*, keel_str member, keel_str value, double score) noexcept -> keel_status {
    std::printf("%.*s\t%.*s\t%.17g\n", static_cast<int>(member.len), member.ptr, static_cast<int>(value.len), value.ptr,
                score);
    return KEEL_OK;
  };
  constexpr uint32_t kAtATime = 1000;
  uint64_t cursor = 0;
  do l.type->iterate(&l.ref, &cursor, kAtATime, &visit);
  while (cursor != 0);
  std::fflush(stdout);
}

}  // namespace

keel_status debug_listpack(Ctx c) {
  const Looked l = look(c);
  if (l.type == nullptr) return c.error("ERR no such key");
  if (!l.encoding.starts_with("listpack")) return c.error("ERR Not a listpack encoded object.");
  print(l);
  return c.simple("Listpack structure printed on stdout");
}

keel_status debug_quicklist(Ctx c) {
  const Looked l = look(c);
  if (l.type == nullptr) return c.error("ERR no such key");
  if (l.encoding != "quicklist") return c.error("ERR Not a quicklist encoded object.");
  print(l);
  return c.simple("Quicklist structure printed on stdout");
}

// The names of the fields are those of Redis; nothing is kept in reserve.
keel_status debug_sdslen(Ctx c) {
  const Looked l = look(c);
  if (l.type == nullptr) return c.error("ERR no such key");
  if (l.encoding != "raw" && l.encoding != "embstr") return c.error("ERR Not an sds encoded string.");
  const size_t apart = l.entry->beside() ? 0 : l.entry->blob()->footprint();
  return c.simple("key_sds_len:" + std::to_string(l.entry->key().size()) + ", key_sds_avail:0, key_zmalloc: " +
                  std::to_string(l.entry->footprint()) + ", val_sds_len:" + std::to_string(l.ref.word) +
                  ", val_sds_avail:0, val_zmalloc: " + std::to_string(apart));
}

keel_status debug_htstats_key(Ctx c) {
  const Looked l = look(c);
  if (l.type == nullptr) return c.error("ERR no such key");
  if (l.encoding != "hashtable" && l.encoding != "skiplist")
    return c.error("ERR The value stored at the specified key is not represented using an hash table");
  std::string text = "[Dictionary HT]\nHash table 0 stats (main hash table):\n";
  text += " number of elements: " + std::to_string(l.type->length != nullptr ? l.type->length(&l.ref) : 0) + "\n";
  if (l.type->memory != nullptr) text += " bytes: " + std::to_string(l.type->memory(&l.ref, 5)) + "\n";
  if (l.type->free_effort != nullptr) text += " allocations: " + std::to_string(l.type->free_effort(&l.ref)) + "\n";
  return c.verbatim(text);
}

}  // namespace keel::admin
