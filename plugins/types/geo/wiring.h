// plugins/types/geo/wiring.h - what the handlers of this plugin need to know of the server.
#pragma once
#include "keel/cpp/keel.hpp"
#include "keel/sorted_set.h"
#include "plugins/types/geo/geohash.h"

namespace geo {

using keel::Ctx;
using keel::Ref;
using keel::Str;

struct Plugin {
  const keel_core* core = nullptr;
  const keel_sorted_set* sets = nullptr;
  struct Events {
    uint32_t zadd, geosearchstore, georadiusstore, del;  // z z z g
  } events{};
};

inline const Plugin& plugin(Ctx c) noexcept {
  return c.self<const Plugin>();
}
// Absent counts as a sorted set that is empty.
inline bool is_sorted_set(Ctx c, const Ref& r) noexcept {
  return !r || r.raw()->type == plugin(c).sets->type;
}

// The score of a member; nothing = it is not there, or the key is absent.
std::optional<double> score_of(Ctx, const Ref&, Str member) noexcept;

// Of these, nothing means that the error reply is written.
// The place in two words from `arg` on.
std::optional<Point> parse_point(Ctx, uint32_t arg) noexcept;
// Metres in a unit: m, km, ft, mi.
std::optional<double> parse_unit(Ctx, uint32_t arg) noexcept;

// Replies.
void reply_distance(Ctx, double units) noexcept;  // four digits behind the point
void reply_point(Ctx, const Point&) noexcept;

}  // namespace geo
