#include "host/rdb/value.h"

#include <algorithm>

#include "host/rdb/named.h"
#include "keel/cpp/stream.hpp"

namespace keel::rdb {

using base::MemoryTag;
using keyspace::Entry;
using keyspace::EntrySpec;

uint8_t code_of(const keel_type& type, const keel_ref& value) noexcept {
  constexpr uint8_t kEnd = 0xff;
  if (*type.rdb_codes == kEnd) return KEEL_RDB_NAMED;
  return type.rdb_code == nullptr ? *type.rdb_codes : static_cast<uint8_t>(type.rdb_code(&value));
}

uint32_t version_with(uint8_t code) noexcept {
  constexpr uint8_t kSetAsListpack = 20, kFieldsThatExpire = 22;
  if (code >= kFieldsThatExpire) return 12;
  return code >= kSetAsListpack ? 11 : kVersion;
}

keel_status save_value(const keel_type& type, const keel_ref& value, keel_sink& to) noexcept {
  return code_of(type, value) == KEEL_RDB_NAMED ? save_named(type, value, to) : type.save(&value, &to);
}

bool LoadedValue::load(uint8_t code, uint32_t version, std::string_view bytes, std::string& why) {
  release();
  keel_source source = memory_source(bytes);
  source.code = code;
  source.version = version;
  base::BlobUse room;
  uint16_t number = 0;
  if (code == KEEL_RDB_NAMED) {
    room = base::BlobUse(base::Blob::make(bytes.size()));
    if (!room) return why = "out of memory", false;
    NamedValue named;
    if (!read_named(bytes, room->data(), named) || named.used != bytes.size())
      return why = "no value that was saved by the name of its type", false;
    number = types_.by_name(named.type);
    if (number == 0 || *types_[number]->rdb_codes != 0xff)
      return why = "no plugin here has the type '" + std::string{named.type} + "'", false;
    source = memory_source(named.payload);
    source.code = code;
    source.version = named.version;
  } else {
    number = types_.by_code(code);
    if (number == 0) return why = "no plugin here loads values of RDB type " + std::to_string(code), false;
  }
  keel_error error{};
  keel_ref out{};
  out.expire_ms = -1;
  const keel_status status = types_[number]->load(&source, &out, &error);
  if (status != KEEL_OK) {
    why = error.len > 0 ? std::string{error.text, std::min<size_t>(error.len, sizeof error.text)}
                        : std::string{status == KEEL_E_MEMORY ? "out of memory" : "malformed"};
    return false;
  }
  ref_ = out;
  ref_.type = number;
  if (source.cur == source.end) return true;
  release();
  return why = "bytes are left behind the value", false;
}

Entry* LoadedValue::give(std::string_view key, int64_t expire_ms, uint32_t access) noexcept {
  if (key.size() > Entry::kKeyLimit) return nullptr;
  EntrySpec s;
  s.key = key;
  s.expire_ms = expire_ms;
  s.access = access;
  s.type = ref_.type;
  s.rep = ref_.rep;
  s.enc = ref_.enc;
  s.due = types_[ref_.type]->due != nullptr && types_[ref_.type]->due(&ref_) >= 0;
  base::BlobUse apart;
  switch (ref_.rep) {
    case KEEL_REP_INT:
      s.number = ref_.v.num;
      break;
    case KEEL_REP_OBJECT:
      s.object = ref_.v.object;
      s.word = ref_.word;
      break;
    default:
      if (ref_.word > Entry::kBytesLimit) return nullptr;
      s.bytes = {ref_.v.bytes, ref_.word};
      if (key.size() + ref_.word <= Entry::kBesideLimit) break;
      apart = base::BlobUse(base::Blob::make(ref_.word));
      if (!apart) return nullptr;
      std::memcpy(apart->data(), ref_.v.bytes, ref_.word);
      s.blob = apart.get();
  }
  Entry* made = Entry::make(s);
  if (made == nullptr) return nullptr;
  (void)apart.give();
  if (ref_.rep == KEEL_REP_OBJECT) ref_.rep = KEEL_REP_NONE;  // the entry's from now on
  release();
  return made;
}

void LoadedValue::release() noexcept {
  if (ref_.rep == KEEL_REP_OBJECT) types_[ref_.type]->free(ref_.v.object, ref_.word);
  if (ref_.rep == KEEL_REP_BYTES) base::release(ref_.v.bytes, ref_.word, MemoryTag::kValue);
  ref_ = {};
}

}  // namespace keel::rdb
