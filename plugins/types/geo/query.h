// plugins/types/geo/query.h - the words of GEOSEARCH and its older relatives.
#pragma once
#include "plugins/types/geo/area.h"
#include "plugins/types/geo/wiring.h"

namespace geo {

// Which command it is.
struct Form {
  enum class From : uint8_t { kWords, kPoint, kMember };
  From from;       // GEOSEARCH says it by words; GEORADIUS has a place, GEORADIUSBYMEMBER a member
  bool may_store;  // GEORADIUS, GEORADIUSBYMEMBER: STORE and STOREDIST
  bool stores;     // GEOSEARCHSTORE
  uint32_t key;    // word of the sorted set
};

enum class Sort : uint8_t { kNone, kNearest, kFarthest };

struct Query {
  Area area;
  bool with_distance = false, with_hash = false, with_point = false;
  bool any = false;
  uint64_t count = 0;  // 0 = all
  Sort sort = Sort::kNone;
  bool store = false, store_distance = false;
};

// Nothing = the error reply is written.  `r` may be absent.
std::optional<Query> parse_query(Ctx, const Form&, const Ref& r);

}  // namespace geo
