// plugins/types/zset/value.h - how a sorted set is kept.
//
//   BYTES   kListpack  few and short members: Redis' listpack, member and score in turn, in order   encoding listpack
//   OBJECT  kBig       anything else: a SortedSet                                                            skiplist
//
// Once big, a sorted set stays so until it is empty and its key goes, or another is stored in its place.
#pragma once
#include <cmath>
#include <optional>

#include "keel/cpp/keel.hpp"
#include "plugins/types/common/listpack.h"
#include "plugins/types/common/real.h"
#include "plugins/types/zset/sorted_set.h"

namespace zsets {

namespace listpack = types::listpack;
using keel::Ctx;
using keel::Ref;
using keel::Str;

enum Encoding : uint8_t { kListpack = 0, kBig = 1 };  // values of keel_ref.enc

inline constexpr Str kNotFloat = "ERR value is not a valid float";
inline constexpr Str kNaN = "ERR resulting score is not a number (NaN)";

// Numbers of keyspace events, from keel_core.event().
struct Events {
  uint32_t zadd, zincr, zrem, zremrangebyrank, zremrangebyscore, zremrangebylex, zpopmin, zpopmax, zunionstore,
      zinterstore, zdiffstore, zrangestore;  // class z
  uint32_t del;                              // class g
};

struct Plugin {
  const keel_core* core = nullptr;
  uint16_t type = 0;
  Events events{};
};

inline const Plugin& plugin(Ctx c) noexcept {
  return c.self<const Plugin>();
}

// The directives zset-max-listpack-entries and zset-max-listpack-value: up to how many members, and up to how many
// bytes of each, a sorted set is a listpack.
struct Limits {
  uint64_t entries = 128, bytes = 64;

  bool take(Str member) const noexcept { return member.size() <= bytes; }
  bool take(uint64_t members) const noexcept { return members <= entries && members <= kMostMembers; }

 private:
  static constexpr uint64_t kMostMembers = 32'000;  // the header of a listpack counts up to 65534 entries
};
inline Limits limits;

}  // namespace zsets
