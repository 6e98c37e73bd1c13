#include "keel/testing/keyspace.hpp"

#include <algorithm>
#include <cstring>

#include "keel/host.h"
#include "keel/testing/faults.hpp"
#include "keel/testing/memory.hpp"
#include "keel/testing/streams.hpp"

namespace keel::testing {
namespace {

Run& run_of(keel_ctx* c) {
  return *static_cast<Run*>(c->impl);
}

std::string key_of(keel_ctx* c, uint32_t key) {
  if (key >= c->nkeys) {
    fault("asks for key " + std::to_string(key) + " of " + std::to_string(c->nkeys));
    return {};
  }
  const keel_str s = c->argv[c->keys[key].arg];
  return {s.ptr, s.len};
}

void mutation(keel_ctx* c, const keel_ref* ref, const char* how) {
  Run& run = run_of(c);
  if ((run.flags & KEEL_CMD_MAY_REPLICATE) != 0) return void(++run.mutated[ref->key]);
  if ((run.flags & KEEL_CMD_READONLY) != 0) fault(std::string{"changes a key ("} + how + ") although it is READONLY");
  if ((run.flags & KEEL_CMD_WRITE) == 0) fault(std::string{"changes a key ("} + how + ") without the flag WRITE");
  ++run.mutated[ref->key];
}

// The value behind a ref; a fault when the ref is older than the last change.
Value* behind(keel_ctx* c, const keel_ref* ref, const char* how) {
  Value* value = run_of(c).keyspace->find(key_of(c, ref->key));
  if (value != ref->entry) fault(std::string{how} + " with a ref to what is no longer there");
  if (value != nullptr && value->stamp != ref->stamp) fault(std::string{how} + " with a stale ref");
  return value;
}

keel_status get(keel_ctx* c, uint32_t key, keel_ref* ref) {
  const std::string name = key_of(c, key);
  Value* value = run_of(c).keyspace->find(name);
  if (value != nullptr && value->expire_ms >= 0 && value->expire_ms <= c->now_ms) {
    run_of(c).keyspace->erase(name);
    value = nullptr;
  }
  Keyspace::fill(*ref, name, value);
  ref->key = key;
  return value == nullptr ? KEEL_ABSENT : KEEL_OK;
}

template <class Set>
keel_status put(keel_ctx* c, keel_ref* ref, uint16_t type, uint8_t enc, const char* how, Set set) {
  Run& run = run_of(c);
  behind(c, ref, how);
  mutation(c, ref, how);
  if (run.keyspace->type(type) == nullptr) fault(std::string{how} + " with a type that was never registered");
  if (enc > 63) fault(std::string{how} + " with an encoding above 63");
  Value fresh;
  fresh.type = type;
  fresh.enc = enc;
  fresh.expire_ms = ref->expire_ms;
  fresh.stamp = ++run.stamp;
  if (!set(fresh)) return KEEL_E_MEMORY;
  const std::string name = key_of(c, ref->key);
  Value* old = run.keyspace->find(name);
  if (old != nullptr && (old->rep != KEEL_REP_OBJECT || old->object != fresh.object))
    run.keyspace->release(old->type, old->rep, old->bytes, old->object, old->word);
  if (old != nullptr) old->rep = KEEL_REP_NONE;  // released already
  run.keyspace->erase(name);
  run.keyspace->place(name, fresh);
  const uint32_t key = ref->key;
  Keyspace::fill(*ref, name, run.keyspace->find(name));
  ref->key = key;
  return KEEL_OK;
}

bool set_bytes(Value& v, keel_str s) {
  v.rep = KEEL_REP_BYTES;
  v.bytes = static_cast<char*>(counted_alloc(s.len, KEEL_MEMORY_VALUE));
  v.word = s.len;
  if (v.bytes != nullptr && s.len > 0) std::memcpy(v.bytes, s.ptr, s.len);
  return v.bytes != nullptr;
}

keel_status put_int(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, int64_t n) noexcept {
  return put(c, r, type, enc, "put_int", [n](Value& v) {
    v.rep = KEEL_REP_INT;
    v.num = n;
    return true;
  });
}
keel_status put_bytes(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, keel_str s) noexcept {
  return put(c, r, type, enc, "put_bytes", [s](Value& v) { return set_bytes(v, s); });
}
keel_status put_arg(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, uint32_t arg) noexcept {
  if (arg >= c->argc) {
    fault("put_arg of an argument that is not there");
    return KEEL_E_ARG;
  }
  return put(c, r, type, enc, "put_arg", [&](Value& v) { return set_bytes(v, c->argv[arg]); });
}
keel_status put_object(keel_ctx* c, keel_ref* r, uint16_t type, uint8_t enc, void* object, uint64_t word) noexcept {
  return put(c, r, type, enc, "put_object", [&](Value& v) {
    v.rep = KEEL_REP_OBJECT;
    v.object = object;
    v.word = word;
    return true;
  });
}
keel_status resize(keel_ctx* c, keel_ref* r, size_t len) noexcept {
  Value* value = behind(c, r, "resize");
  mutation(c, r, "resize");
  if (value == nullptr || value->rep != KEEL_REP_BYTES) {
    fault("resize of a value that is no bytes");
    return KEEL_E_TYPE;
  }
  auto* moved = static_cast<char*>(counted_alloc(len, KEEL_MEMORY_VALUE));  // always moves: stale pointers show
  if (moved == nullptr) return KEEL_E_MEMORY;
  std::memcpy(moved, value->bytes, std::min<size_t>(len, value->word));
  counted_free(value->bytes, value->word, KEEL_MEMORY_VALUE);
  value->bytes = moved;
  value->word = len;
  value->stamp = ++run_of(c).stamp;
  const uint32_t key = r->key;
  Keyspace::fill(*r, {}, value);
  r->key = key;
  return KEEL_OK;
}
keel_status erase(keel_ctx* c, keel_ref* r) noexcept {
  behind(c, r, "erase");
  mutation(c, r, "erase");
  run_of(c).keyspace->erase(key_of(c, r->key));
  const uint32_t key = r->key;
  Keyspace::fill(*r, {}, nullptr);
  r->key = key;
  return KEEL_OK;
}
keel_status expire(keel_ctx* c, keel_ref* r, int64_t at_ms) noexcept {
  Value* value = behind(c, r, "expire");
  mutation(c, r, "expire");
  if (value == nullptr) return KEEL_ABSENT;
  value->expire_ms = at_ms;
  r->expire_ms = at_ms;
  return KEEL_OK;
}
void commit(keel_ctx* c, keel_ref* r, const keel_change* change) noexcept {
  Run& run = run_of(c);
  ++run.committed[r->key];
  if (change->count == 0) fault("commit with a count of 0");
  c->dirty += change->count;
  if ((change->flags & KEEL_CHANGE_ERASE_IF_EMPTY) == 0 || r->entry == nullptr) return;
  const keel_type* type = run.keyspace->type(r->type);
  if (type == nullptr || type->length == nullptr) {
    fault("commit with ERASE_IF_EMPTY for a type without length()");
  } else if (type->length(r) == 0) {
    run.keyspace->erase(key_of(c, r->key));
    const uint32_t key = r->key;
    Keyspace::fill(*r, {}, nullptr);
    r->key = key;
  }
}
keel_status read_named(keel_ctx* c, keel_str key, keel_ref* ref) noexcept {
  const std::string name{key.ptr, key.len};
  Value* value = run_of(c).keyspace->find(name);
  Keyspace::fill(*ref, name, value);
  ref->key = UINT32_MAX;
  return value == nullptr ? KEEL_ABSENT : KEEL_OK;
}

const keel_type* type_of(keel_ctx* c, const keel_ref* ref) {
  return ref->entry == nullptr ? nullptr : run_of(c).keyspace->type(ref->type);
}
const char* type_name(keel_ctx* c, const keel_ref* ref) noexcept {
  const keel_type* type = type_of(c, ref);
  return type == nullptr ? nullptr : type->name;
}
uint64_t length(keel_ctx* c, const keel_ref* ref) noexcept {
  const keel_type* type = type_of(c, ref);
  return type == nullptr || type->length == nullptr ? 0 : type->length(ref);
}
keel_status iterate(keel_ctx* c, const keel_ref* ref, uint64_t* cursor, uint32_t budget, keel_visit* visit) noexcept {
  const keel_type* type = type_of(c, ref);
  return type == nullptr || type->iterate == nullptr ? KEEL_E_TYPE : type->iterate(ref, cursor, budget, visit);
}
keel_status find_member(keel_ctx* c, const keel_ref* ref, keel_str member, keel_visit* visit) noexcept {
  const keel_type* type = type_of(c, ref);
  return type == nullptr || type->find == nullptr ? KEEL_E_TYPE : type->find(ref, member, visit);
}

}  // namespace

const keel_keyspace& Keyspace::table() {
  static const keel_keyspace table{{sizeof(keel_keyspace), 0},
                                   [](keel_ctx* c, uint32_t key, keel_ref* r) noexcept { return get(c, key, r); },
                                   [](keel_ctx* c, uint32_t key, keel_ref* r) noexcept { return get(c, key, r); },
                                   put_int,
                                   put_bytes,
                                   put_arg,
                                   put_object,
                                   resize,
                                   testing::erase,
                                   expire,
                                   commit,
                                   read_named,
                                   type_name,
                                   length,
                                   iterate,
                                   find_member};
  return table;
}

Value* Keyspace::find(const std::string& key) {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : found->second.get();
}

const keel_type* Keyspace::type(uint16_t number) const {
  for (const TypeSlot& t : types_)
    if (t.number == number) return &t.table;
  return nullptr;
}

void Keyspace::fill(keel_ref& ref, const std::string&, Value* value) {
  ref = keel_ref{};
  ref.expire_ms = -1;
  if (value == nullptr) return;
  ref.entry = value;
  ref.type = value->type;
  ref.rep = value->rep;
  ref.enc = value->enc;
  ref.word = value->word;
  ref.expire_ms = value->expire_ms;
  ref.stamp = value->stamp;
  switch (value->rep) {
    case KEEL_REP_INT:
      ref.v.num = value->num;
      break;
    case KEEL_REP_BYTES:
      ref.v.bytes = value->bytes;
      break;
    default:
      ref.v.object = value->object;
      break;
  }
}

void Keyspace::release(uint16_t number, uint8_t rep, char* bytes, void* object, uint64_t word) const {
  if (rep == KEEL_REP_BYTES) counted_free(bytes, word, KEEL_MEMORY_VALUE);
  if (rep != KEEL_REP_OBJECT) return;
  const keel_type* t = type(number);
  if (t == nullptr || t->free == nullptr) {
    fault("holds an object, but its type has no free()");
  } else {
    t->free(object, word);
  }
}

void Keyspace::erase(const std::string& key) {
  const auto found = values_.find(key);
  if (found == values_.end()) return;
  const Value& v = *found->second;
  release(v.type, v.rep, v.bytes, v.object, v.word);
  values_.erase(found);
}

void Keyspace::place(const std::string& key, const Value& value) {
  values_[key] = std::make_unique<Value>(value);
}

void Keyspace::clear() {
  while (!values_.empty()) erase(values_.begin()->first);
}

std::string Keyspace::fingerprint(const std::string& key) {
  Value* value = find(key);
  if (value == nullptr) return "absent";
  keel_ref ref;
  fill(ref, key, value);
  const keel_type* t = type(value->type);
  return "value" + std::to_string(value->expire_ms) + (t == nullptr ? std::string{} : save(*t, ref).bytes);
}

}  // namespace keel::testing
