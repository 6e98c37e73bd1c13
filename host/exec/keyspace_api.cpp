// keel.keyspace/1: how handlers read and change keys.
#include <algorithm>

#include "host/base/hash.h"
#include "host/exec/executor.h"
#include "keel/cpp/text.hpp"

namespace keel::exec {
namespace {

using keyspace::Entry;
using keyspace::EntrySpec;

Entry* entry_of(const keel_ref* r) noexcept {
  return static_cast<Entry*>(r->entry);
}
uint64_t hash_of(const keel_ctx* c, const keel_ref* r) noexcept {
  return c->keys[r->key].hash;
}
Str key_of(const keel_ctx* c, uint32_t key) noexcept {
  return view(c->argv[c->keys[key].arg]);
}

void absent(keel_ref* r) noexcept {
  r->entry = nullptr;
  r->v.num = 0;
  r->word = 0;
  r->expire_ms = -1;
  r->type = 0;
  r->rep = KEEL_REP_NONE;
  r->enc = 0;
}

keel_status read(keel_ctx* c, uint32_t key, keel_ref* r) noexcept {
  Executor& x = Executor::of(c);
  r->key = key;
  r->stamp = x.checks.stamp();
  Entry* e = x.find(x.db(), c->keys[key].hash, key_of(c, key));
  if (e == nullptr) {
    absent(r);
    ++x.stats.misses;
    return KEEL_ABSENT;
  }
  ++x.stats.hits;
  if (!x.client().no_touch) e->access(x.access_now(e));
  e->describe(*r);
  return KEEL_OK;
}

// A block that a reply under way still sends from is not changed: the value gets one of its own.
bool unshare(Entry* e) noexcept {
  base::Blob* own = base::Blob::make(e->bytes_len());
  if (own == nullptr) return false;
  std::memcpy(own->data(), e->bytes(), e->bytes_len());
  e->blob()->drop();
  e->blob(own, e->bytes_len());
  return true;
}

keel_status write(keel_ctx* c, uint32_t key, keel_ref* r) noexcept {
  Executor& x = Executor::of(c);
  r->key = key;
  r->stamp = x.checks.stamp();
  Entry* e = x.find(x.db(), c->keys[key].hash, key_of(c, key));
  if (e == nullptr) {
    absent(r);
    return KEEL_ABSENT;
  }
  if (!x.client().no_touch) e->access(x.access_now(e));
  e->describe(*r);
  return KEEL_OK;
}

// Makes the entry that `s` describes and puts it where the ref points.
keel_status put_entry(keel_ctx* c, keel_ref* r, EntrySpec& s) noexcept {
  Executor& x = Executor::of(c);
  Entry* was = entry_of(r);
  const uint64_t hash = hash_of(c, r);
  s.key = was != nullptr ? was->key() : key_of(c, r->key);
  s.expire_ms = r->expire_ms;
  s.access = was != nullptr ? was->access() : x.access_new();
  s.due = was != nullptr && was->due() && was->type() == s.type;
  Entry* now = s.key.size() <= Entry::kKeyLimit ? Entry::make(s) : nullptr;
  if (now == nullptr) return KEEL_E_MEMORY;
  const bool appears = was == nullptr || was->type() != s.type;
  const bool done = was != nullptr
                        ? x.keyspace.replace(x.db(), hash, was, now, false, x.settings.lazyfree_lazy_server_del)
                        : x.keyspace.add(x.db(), hash, now);
  if (!done) {
    now->free_shell();
    return KEEL_E_MEMORY;
  }
  now->describe(*r);
  if (appears) x.appeared(hash, now);
  return KEEL_OK;
}

// Whether the value can be written over without touching the tables: the entry has an expiry, and shall have one, or
// neither.
bool same_shape(const Entry* e, const keel_ref* r, uint8_t rep, uint16_t type) noexcept {
  return e != nullptr && e->rep() == rep && e->type() == type && e->has_expiry() == (r->expire_ms >= 0);
}

keel_status put_int(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, int64_t n) noexcept {
  if (Entry* e = entry_of(r); same_shape(e, r, KEEL_REP_INT, type)) {
    e->number(n);
    e->enc(enc);
    if (r->expire_ms >= 0) e->expire_ms(r->expire_ms);
    r->v.num = n;
    r->enc = enc;
    return KEEL_OK;
  }
  EntrySpec s;
  s.type = type;
  s.rep = KEEL_REP_INT;
  s.enc = enc;
  s.number = n;
  return put_entry(c, r, s);
}

keel_status put_blob(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, base::Blob* blob, size_t len) noexcept {
  EntrySpec s;
  s.type = type;
  s.rep = KEEL_REP_BYTES;
  s.enc = enc;
  s.blob = blob;
  s.bytes = {blob->data(), len};
  const keel_status status = put_entry(c, r, s);
  if (status != KEEL_OK) blob->drop();
  return status;
}

keel_status put_bytes(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, keel_str bytes) noexcept {
  if (bytes.len > Entry::kBytesLimit) return KEEL_E_MEMORY;
  Entry* e = entry_of(r);
  if (same_shape(e, r, KEEL_REP_BYTES, type)) {
    const bool beside = e->beside();
    if (beside ? e->resize_beside(bytes.len)
               : !e->blob()->shared() && bytes.len <= e->blob()->capacity() && bytes.len >= e->blob()->capacity() / 2) {
      if (!beside) e->blob(e->blob(), bytes.len);
      if (bytes.len > 0) std::memmove(e->bytes(), bytes.ptr, bytes.len);  // the source may be a view of the old value
      e->enc(enc);
      if (r->expire_ms >= 0) e->expire_ms(r->expire_ms);
      e->describe(*r);
      return KEEL_OK;
    }
  }
  const size_t key_len = e != nullptr ? e->key().size() : key_of(c, r->key).size();
  if (key_len + bytes.len > Entry::kBesideLimit) {
    base::Blob* blob = base::Blob::make(bytes.len);
    if (blob == nullptr) return KEEL_E_MEMORY;
    if (bytes.len > 0) std::memcpy(blob->data(), bytes.ptr, bytes.len);
    return put_blob(c, r, type, enc, blob, bytes.len);
  }
  EntrySpec s;
  s.type = type;
  s.rep = KEEL_REP_BYTES;
  s.enc = enc;
  s.bytes = {bytes.ptr != nullptr ? bytes.ptr : "", bytes.len};
  return put_entry(c, r, s);
}

keel_status put_arg(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, uint32_t arg) noexcept {
  const Request& request = Executor::of(c).request();
  const keel_str bytes = c->argv[arg];
  if (request.blob == nullptr || request.blob_word != arg || bytes.len > Entry::kBytesLimit)
    return put_bytes(c, r, type, enc, bytes);
  request.blob->add_user();
  return put_blob(c, r, type, enc, request.blob, bytes.len);
}

keel_status put_object(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, void* object, uint64_t word) noexcept {
  if (Entry* e = entry_of(r); same_shape(e, r, KEEL_REP_OBJECT, type)) {
    if (e->object() != object) Executor::of(c).keyspace.free_value(e, true);
    e->object(object, word);
    e->enc(enc);
    if (r->expire_ms >= 0) e->expire_ms(r->expire_ms);
    e->describe(*r);
    return KEEL_OK;
  }
  EntrySpec s;
  s.type = type;
  s.rep = KEEL_REP_OBJECT;
  s.enc = enc;
  s.object = object;
  s.word = word;
  return put_entry(c, r, s);
}

keel_status resize(keel_ctx* c, keel_ref* r, size_t len) noexcept {
  Entry* e = entry_of(r);
  if (e == nullptr || e->rep() != KEEL_REP_BYTES) return KEEL_E_ARG;
  if (len > Entry::kBytesLimit) return KEEL_E_MEMORY;
  const size_t old = e->bytes_len();
  if (!e->beside() && len <= e->blob()->capacity() && e->blob()->shared() && !unshare(e)) return KEEL_E_MEMORY;
  if (e->beside() ? e->resize_beside(len) : len <= e->blob()->capacity()) {
    if (!e->beside()) e->blob(e->blob(), len);
    e->describe(*r);
    return KEEL_OK;
  }
  // What has grown once will grow again: room for as much again, up to a megabyte.
  constexpr size_t kMostAhead = size_t{1} << 20;
  EntrySpec s;
  s.type = e->type();
  s.rep = KEEL_REP_BYTES;
  s.enc = e->enc();
  if (e->key().size() + len <= Entry::kBesideLimit) {
    s.bytes = {nullptr, len};
  } else {
    const size_t ahead = len > old ? std::min(len, kMostAhead) : 0;
    s.blob = base::Blob::make(len + ahead);
    if (s.blob == nullptr) return KEEL_E_MEMORY;
    std::memcpy(s.blob->data(), e->bytes(), std::min(old, len));
    if (!e->beside()) {
      e->blob()->drop();
      e->blob(s.blob, len);
      e->describe(*r);
      return KEEL_OK;
    }
    return put_blob(c, r, s.type, s.enc, s.blob, len);
  }
  char saved[Entry::kBesideLimit];
  const size_t kept = std::min(std::min(old, len), sizeof saved);
  std::memcpy(saved, e->bytes(), kept);
  const keel_status status = put_entry(c, r, s);
  if (status == KEEL_OK) std::memcpy(r->v.bytes, saved, kept);
  return status;
}

keel_status erase(keel_ctx* c, keel_ref* r) noexcept {
  Executor& x = Executor::of(c);
  if (r->entry == nullptr) return KEEL_ABSENT;
  x.keyspace.remove(x.db(), hash_of(c, r), entry_of(r), x.settings.lazyfree_lazy_server_del);
  absent(r);
  return KEEL_OK;
}

keel_status expire(keel_ctx* c, keel_ref* r, int64_t at_ms) noexcept {
  Executor& x = Executor::of(c);
  if (r->entry == nullptr) return KEEL_ABSENT;
  Entry* e = x.keyspace.set_expiry(x.db(), hash_of(c, r), entry_of(r), at_ms);
  if (e == nullptr) return KEEL_E_MEMORY;
  e->describe(*r);
  return KEEL_OK;
}

void erase_if_empty(Executor& x, keel_ctx* c, keel_ref* r) noexcept {
  const keel_type* type = x.keyspace.types()[r->type];
  if (type->length == nullptr || type->length(r) != 0) return;
  x.keyspace.remove(x.db(), hash_of(c, r), entry_of(r), false);
  absent(r);
  if (x.checks.active()) [[unlikely]] {
    x.checks.changed(*c, *r);
    x.checks.committed(*c, *r);
  }
}

// Without memory for it the elements end all the same, as nobody shows them; they are removed with others, or with the
// key.
void note_due(Executor& x, keel_ctx* c, keel_ref* r) noexcept {
  const keel_type* type = x.keyspace.types()[r->type];
  if (type->due != nullptr && type->due(r) >= 0) (void)x.keyspace.set_due(x.db(), hash_of(c, r), entry_of(r), true);
}

void commit(keel_ctx* c, keel_ref* r, const keel_change* change) noexcept {
  Executor& x = Executor::of(c);
  if (x.checks.active()) [[unlikely]] {
    if (!x.checks.allows(*c, *r)) return;
    x.checks.committed(*c, *r);
  }
  if ((change->flags & KEEL_CHANGE_FORM) != 0) return;
  if ((change->flags & KEEL_CHANGE_UNCOUNTED) == 0) c->dirty += change->count > 0 ? change->count : 1;
  if ((change->flags & KEEL_CHANGE_ERASE_IF_EMPTY) != 0 && r->entry != nullptr) erase_if_empty(x, c, r);
  if ((change->flags & KEEL_CHANGE_DUE) != 0 && r->entry != nullptr) note_due(x, c, r);
  if (x.changes_are_followed()) [[unlikely]]
    x.touch(x.db(), hash_of(c, r), key_of(c, r->key),
            {(change->flags & KEEL_CHANGE_SIGNAL) != 0, (change->flags & KEEL_CHANGE_UNWATCHED) == 0});
}

keel_status read_named(keel_ctx* c, keel_str key, keel_ref* r) noexcept {
  Executor& x = Executor::of(c);
  r->key = UINT32_MAX;
  r->stamp = x.checks.stamp();
  Entry* e = x.find(x.db(), base::hash_bytes(view(key)), view(key));
  if (e == nullptr) {
    absent(r);
    return KEEL_ABSENT;
  }
  e->describe(*r);
  return KEEL_OK;
}

// A change through a ref, looked at from both sides where plugins are checked.
template <auto kChange, class... Arguments>
keel_status checked(keel_ctx* c, keel_ref* r, Arguments... arguments) noexcept {
  Checks& checks = Executor::of(c).checks;
  if (!checks.active()) [[likely]]
    return kChange(c, r, arguments...);
  if (!checks.allows(*c, *r)) return KEEL_E_ARG;
  const keel_status status = kChange(c, r, arguments...);
  if (status == KEEL_OK) checks.changed(*c, *r);
  return status;
}

const keel_type* type_of(keel_ctx* c, const keel_ref* r) noexcept {
  return r->entry == nullptr ? nullptr : Executor::of(c).keyspace.types()[r->type];
}
const char* type_name(keel_ctx* c, const keel_ref* r) noexcept {
  const keel_type* type = type_of(c, r);
  return type == nullptr ? nullptr : type->name;
}
uint64_t length(keel_ctx* c, const keel_ref* r) noexcept {
  const keel_type* type = type_of(c, r);
  return type == nullptr || type->length == nullptr ? 0 : type->length(r);
}
keel_status iterate(keel_ctx* c, const keel_ref* r, uint64_t* cursor, uint32_t budget, keel_visit* visit) noexcept {
  const keel_type* type = type_of(c, r);
  return type == nullptr || type->iterate == nullptr ? KEEL_E_TYPE : type->iterate(r, cursor, budget, visit);
}
keel_status find(keel_ctx* c, const keel_ref* r, keel_str member, keel_visit* visit) noexcept {
  const keel_type* type = type_of(c, r);
  return type == nullptr || type->find == nullptr ? KEEL_E_TYPE : type->find(r, member, visit);
}

constexpr keel_keyspace kTable = {{sizeof(keel_keyspace), 0},
                                  read,
                                  write,
                                  checked<put_int>,
                                  checked<put_bytes>,
                                  checked<put_arg>,
                                  checked<put_object>,
                                  checked<resize>,
                                  checked<erase>,
                                  checked<expire>,
                                  commit,
                                  read_named,
                                  type_name,
                                  length,
                                  iterate,
                                  find};

}  // namespace

const keel_keyspace& Executor::keyspace_table() noexcept {
  return kTable;
}

}  // namespace keel::exec
