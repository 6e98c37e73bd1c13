#include "plugins/types/geo/query.h"

#include <string>

#include "plugins/types/common/real.h"

namespace geo {
namespace {

// Parses as it goes; what is false has written the error reply.
class Parser {
 public:
  Parser(Ctx c, const Form& form, const Ref& r) noexcept : c_(c), form_(form), r_(r) {}

  bool parse() {
    uint32_t from = form_.key + 1;
    if (form_.from == Form::From::kPoint) {
      if (!point(2) || !circle(4)) return false;
      from = 6;
    } else if (form_.from == Form::From::kMember) {
      if (r_ && (!member(2) || !circle(3))) return false;
      from = 5;
    }
    for (uint32_t i = from; i < c_.argc();) {
      const uint32_t taken = option(i);
      if (taken == 0) return false;
      i += taken;
    }
    return consistent();
  }
  Query query;

 private:
  bool is(uint32_t i, Str name, uint32_t values) const noexcept { return c_.word(i, name) && i + values < c_.argc(); }

  // How many words an option takes; 0 = the error reply is written.
  uint32_t option(uint32_t i) {
    const bool searches = form_.from == Form::From::kWords;
    if (c_.word(i, "WITHDIST")) return query.with_distance = true, 1;
    if (c_.word(i, "WITHHASH")) return query.with_hash = true, 1;
    if (c_.word(i, "WITHCOORD")) return query.with_point = true, 1;
    if (c_.word(i, "ANY")) return query.any = true, 1;
    if (c_.word(i, "ASC")) return query.sort = Sort::kNearest, 1;
    if (c_.word(i, "DESC")) return query.sort = Sort::kFarthest, 1;
    if (is(i, "COUNT", 1)) return count(i + 1) ? 2 : 0;
    if (form_.may_store && is(i, "STORE", 1)) return query.store = true, query.store_distance = false, 2;
    if (form_.may_store && is(i, "STOREDIST", 1)) return query.store = query.store_distance = true, 2;
    if (form_.stores && c_.word(i, "STOREDIST")) return query.store_distance = true, 1;
    if (searches && !from_point_ && is(i, "FROMMEMBER", 1)) {
      from_member_ = true;
      return !r_ || member(i + 1) ? 2 : 0;  // of a key that is absent: all words are looked at first
    }
    if (searches && !from_member_ && is(i, "FROMLONLAT", 2)) return from_point_ = true, point(i + 1) ? 3 : 0;
    if (searches && !by_box_ && is(i, "BYRADIUS", 2)) return by_radius_ = true, circle(i + 1) ? 3 : 0;
    if (searches && !by_radius_ && is(i, "BYBOX", 3)) return by_box_ = true, box(i + 1) ? 4 : 0;
    return c_.error(keel::kSyntax), 0;
  }

  bool consistent() {
    query.store = query.store || form_.stores;
    if (query.store && (query.with_distance || query.with_hash || query.with_point))
      return fail(form_.stores ? "ERR GEOSEARCHSTORE is not compatible with WITHDIST, WITHHASH and WITHCOORD options"
                               : "ERR STORE option in GEORADIUS is not compatible with WITHDIST, WITHHASH and WITHCOORD"
                                 " options");
    if (form_.from == Form::From::kWords) {
      const std::string name(c_.arg(0));
      if (!from_member_ && !from_point_)
        return fail("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for " + name);
      if (!by_radius_ && !by_box_) return fail("ERR exactly one of BYRADIUS and BYBOX can be specified for " + name);
    }
    if (query.any && query.count == 0) return fail("ERR the ANY argument requires COUNT argument");
    // The nearest ones, if they are not all and any would do.
    if (query.count > 0 && query.sort == Sort::kNone && !query.any) query.sort = Sort::kNearest;
    return true;
  }

  bool fail(Str why) noexcept { return c_.error(why), false; }
  bool point(uint32_t i) noexcept {
    const auto p = parse_point(c_, i);
    if (p) query.area.center = *p;
    return p.has_value();
  }
  bool member(uint32_t i) noexcept {
    const auto score = score_of(c_, r_, c_.arg(i));
    if (!score) return fail("ERR could not decode requested zset member");
    query.area.center = Cell::of_score(*score).center();
    return true;
  }
  bool circle(uint32_t i) noexcept {
    const auto radius = types::parse_real(c_.arg(i));
    if (!radius) return fail("ERR need numeric radius");
    if (*radius < 0) return fail("ERR radius cannot be negative");
    query.area.radius = *radius;
    query.area.is_box = false;
    return unit(i + 1);
  }
  bool box(uint32_t i) noexcept {
    const auto width = types::parse_real(c_.arg(i));
    if (!width) return fail("ERR need numeric width");
    const auto height = types::parse_real(c_.arg(i + 1));
    if (!height) return fail("ERR need numeric height");
    if (*width < 0 || *height < 0) return fail("ERR height or width cannot be negative");
    query.area.width = *width;
    query.area.height = *height;
    query.area.is_box = true;
    return unit(i + 2);
  }
  bool unit(uint32_t i) noexcept {
    const auto metres = parse_unit(c_, i);
    if (metres) query.area.unit = *metres;
    return metres.has_value();
  }
  bool count(uint32_t i) noexcept {
    const auto n = keel::parse_integer(c_.arg(i));
    if (!n) return fail(keel::kNotInteger);
    if (*n <= 0) return fail("ERR COUNT must be > 0");
    query.count = static_cast<uint64_t>(*n);
    return true;
  }

  Ctx c_;
  const Form& form_;
  const Ref& r_;
  bool from_member_ = false, from_point_ = false, by_radius_ = false, by_box_ = false;
};

}  // namespace

std::optional<Query> parse_query(Ctx c, const Form& form, const Ref& r) {
  Parser parser(c, form, r);
  return parser.parse() ? std::optional{parser.query} : std::nullopt;
}

}  // namespace geo
