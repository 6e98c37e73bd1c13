// DEBUG: in which form the value of a key is kept: LISTPACK, QUICKLIST, SDSLEN, HTSTATS-KEY.
#include <cstdio>

#include "host/admin/debug.h"
#include "host/admin/debug_value.h"

namespace keel::admin {
namespace {

// Its elements on standard output, as Redis does it.
void print(const DebugValue& v) {
  if (v.type->iterate == nullptr) return;
  keel_visit visit{};
  visit.item = [](keel_visit*, keel_str member, keel_str value, double score) noexcept -> keel_status {
    std::printf("%.*s\t%.*s\t%.17g\n", static_cast<int>(member.len), member.ptr, static_cast<int>(value.len), value.ptr,
                score);
    return KEEL_OK;
  };
  constexpr uint32_t kAtATime = 1000;
  uint64_t cursor = 0;
  do v.type->iterate(&v.ref, &cursor, kAtATime, &visit);
  while (cursor != 0);
  std::fflush(stdout);
}

}  // namespace

keel_status debug_listpack(Ctx c) {
  const DebugValue v = debug_value(c, c.arg(2));
  if (v.entry == nullptr) return c.error("ERR no such key");
  if (!v.encoding.starts_with("listpack")) return c.error("ERR Not a listpack encoded object.");
  print(v);
  return c.simple("Listpack structure printed on stdout");
}

keel_status debug_quicklist(Ctx c) {
  const DebugValue v = debug_value(c, c.arg(2));
  if (v.entry == nullptr) return c.error("ERR no such key");
  if (v.encoding != "quicklist") return c.error("ERR Not a quicklist encoded object.");
  print(v);
  return c.simple("Quicklist structure printed on stdout");
}

// The names of the fields are those of Redis; nothing is kept in reserve.
keel_status debug_sdslen(Ctx c) {
  const DebugValue v = debug_value(c, c.arg(2));
  if (v.entry == nullptr) return c.error("ERR no such key");
  if (v.encoding != "raw" && v.encoding != "embstr") return c.error("ERR Not an sds encoded string.");
  const size_t apart = v.entry->beside() ? 0 : v.entry->blob()->footprint();
  return c.simple("key_sds_len:" + std::to_string(v.entry->key().size()) + ", key_sds_avail:0, key_zmalloc: " +
                  std::to_string(v.entry->footprint()) + ", val_sds_len:" + std::to_string(v.ref.word) +
                  ", val_sds_avail:0, val_zmalloc: " + std::to_string(apart));
}

keel_status debug_htstats_key(Ctx c) {
  const DebugValue v = debug_value(c, c.arg(2));
  if (v.entry == nullptr) return c.error("ERR no such key");
  if (v.encoding != "hashtable" && v.encoding != "skiplist")
    return c.error("ERR The value stored at the specified key is not represented using an hash table");
  std::string text = "[Dictionary HT]\nHash table 0 stats (main hash table):\n";
  text += " number of elements: " + std::to_string(v.type->length != nullptr ? v.type->length(&v.ref) : 0) + "\n";
  if (v.type->memory != nullptr) text += " bytes: " + std::to_string(v.type->memory(&v.ref, 5)) + "\n";
  if (v.type->free_effort != nullptr) text += " allocations: " + std::to_string(v.type->free_effort(&v.ref)) + "\n";
  return c.verbatim(text);
}

}  // namespace keel::admin
