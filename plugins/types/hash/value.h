// plugins/types/hash/value.h - how a hash is kept.
//
//   BYTES   kListpack    few and short fields: a row of entries, field and value in turn     OBJECT ENCODING listpack
//   BYTES   kListpackEx  the same once a field has got an expiry: field, value and expiry in turn            listpackex
//   OBJECT  kTable       anything else: an ElementTable of pairs                                              hashtable
//
// A hash goes down this list, never up, until it is empty and its key goes.
#pragma once
#include <optional>

#include "keel/cpp/keel.hpp"
#include "plugins/types/common/element_table.h"
#include "plugins/types/common/listpack.h"

namespace hashes {

namespace listpack = types::listpack;
using keel::Ctx;
using keel::Ref;
using keel::Str;
using types::ElementTable;

enum Encoding : uint8_t { kListpack = 0, kTable = 1, kListpackEx = 2 };  // values of keel_ref.enc

// Numbers of keyspace events, from keel_core.event().
struct Events {
  uint32_t hset, hdel, hincrby, hincrbyfloat, hexpire, hexpired, hpersist;  // class h
};

struct Plugin {
  const keel_core* core = nullptr;
  uint16_t type = 0;
  Events events{};
};

inline const Plugin& plugin(Ctx c) noexcept {
  return c.self<const Plugin>();
}

// The directives hash-max-listpack-entries and hash-max-listpack-value: up to how many fields, and up to how many bytes
// of each field and value, a hash is a listpack.
struct Limits {
  uint64_t entries = 512, bytes = 64;

  bool take(Str field, Str value) const noexcept { return field.size() <= bytes && value.size() <= bytes; }
  bool take(uint64_t fields, bool timed = false) const noexcept {
    return fields <= entries && fields <= (timed ? kMostTimed : kMostFields);
  }

 private:
  static constexpr uint64_t kMostFields = 32'000;  // the header of a listpack counts up to 65534 entries
  static constexpr uint64_t kMostTimed = 1024;     // a row with expiries is walked through when one is set
};
inline Limits limits;

}  // namespace hashes
