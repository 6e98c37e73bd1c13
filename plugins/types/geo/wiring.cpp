#include "plugins/types/geo/wiring.h"

#include <charconv>
#include <cstdio>

#include "plugins/types/common/decimal.h"
#include "plugins/types/common/real.h"

namespace geo {

std::optional<double> score_of(Ctx c, const Ref& r, Str member) noexcept {
  struct Visit : keel_visit {
    double score;
  } visit{};
  visit.item = [](keel_visit* v, keel_str, keel_str, double score) noexcept -> keel_status {
    static_cast<Visit*>(v)->score = score;
    return KEEL_OK;
  };
  if (!r || c.raw()->ks->find(c.raw(), r.raw(), keel::str(member), &visit) != KEEL_OK) return std::nullopt;
  return visit.score;
}

std::optional<Point> parse_point(Ctx c, uint32_t arg) noexcept {
  const auto longitude = types::parse_real(c.arg(arg));
  const auto latitude = longitude ? types::parse_real(c.arg(arg + 1)) : std::nullopt;
  if (!latitude) return c.error("ERR value is not a valid float"), std::nullopt;
  const Point p{*longitude, *latitude};
  if (valid(p)) return p;
  char text[700];  // "%f" of the biggest double has 316 characters
  const int n = std::snprintf(text, sizeof text, "ERR invalid longitude,latitude pair %f,%f", p.longitude, p.latitude);
  c.error({text, static_cast<size_t>(n)});
  return std::nullopt;
}

std::optional<double> parse_unit(Ctx c, uint32_t arg) noexcept {
  struct Unit {
    Str name;
    double metres;
  };
  constexpr Unit kUnits[] = {{"m", 1}, {"km", 1000}, {"ft", 0.3048}, {"mi", 1609.34}};
  for (const Unit& u : kUnits)
    if (c.word(arg, u.name)) return u.metres;
  c.error("ERR unsupported unit provided. please use M, KM, FT, MI");
  return std::nullopt;
}

void reply_distance(Ctx c, double units) noexcept {
  char text[400];
  const auto [end, error] = std::to_chars(text, text + sizeof text, units, std::chars_format::fixed, 4);
  c.bulk({text, static_cast<size_t>(end - text)});
}

void reply_point(Ctx c, const Point& p) noexcept {
  char room[types::kDecimalRoom];
  c.array(2);
  for (const double d : {p.longitude, p.latitude}) {
    const Str text = types::write_decimal(d, room);
    if (!c.resp3()) {
      c.bulk(text);
      continue;
    }
    c.put(",");
    c.put(text);
    c.put("\r\n");
  }
}

}  // namespace geo
