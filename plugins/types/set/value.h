// plugins/types/set/value.h - how a set is kept.
//
//   BYTES   kIntset   integers only, up to set-max-intset-entries: Redis' intset         OBJECT ENCODING intset
//           kPacked   a few short strings: packed.h                                                      hashtable
//   OBJECT  kTable    anything else: an ElementTable                                                     hashtable
#pragma once
#include <cstring>
#include <optional>

#include "keel/cpp/keel.hpp"
#include "plugins/types/common/element_table.h"

namespace sets {

using keel::Ctx;
using keel::Ref;
using keel::Str;
using types::ElementTable;

enum Encoding : uint8_t { kIntset = 0, kPacked = 1, kTable = 2 };  // values of keel_ref.enc

// Numbers of keyspace events, from keel_core.event().
struct Events {
  uint32_t sadd, srem, spop, sinterstore, sunionstore, sdiffstore;  // class s
  uint32_t del;                                                     // class g
};

struct Plugin {
  const keel_core* core = nullptr;
  uint16_t type = 0;
  Events events{};
};

inline const Plugin& plugin(Ctx c) noexcept {
  return c.self<const Plugin>();
}

// The directive set-max-intset-entries.
inline uint64_t most_intset_entries = 512;

// The integer that `text` is the canonical form of.
inline std::optional<int64_t> as_integer(Str text) noexcept {
  if (text.size() - 1 >= 20) return std::nullopt;  // empty, too
  if (static_cast<unsigned char>(text[0] - '0') > 9 && text[0] != '-') return std::nullopt;
  return keel::parse_integer(text);
}

}  // namespace sets
