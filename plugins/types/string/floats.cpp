// INCRBYFLOAT, in the 80-bit arithmetic of the reference.
#include <cmath>

#include "plugins/types/common/decimal.h"
#include "plugins/types/string/commands.h"

namespace strings {

keel_status incrbyfloat(Ctx c) noexcept {
  constexpr Str kNotFloat = "ERR value is not a valid float";
  const Plugin& p = plugin(c);
  Ref v = c.write();
  std::optional<long double> sum = 0.0L;
  if (v) {
    if (!v.is(p.type)) return c.wrong_type();
    const auto number = v.number();
    sum = number ? static_cast<long double>(*number) : types::parse_decimal(v.bytes());
    if (!sum) return c.error(kNotFloat);
  }
  const auto increment = types::parse_decimal(c.arg(2));
  if (!increment) return c.error(kNotFloat);
  *sum += *increment;
  if (!std::isfinite(*sum)) return c.error("ERR increment would produce NaN or Infinity");

  char room[types::kDecimalRoom];
  const Str text = types::write_decimal(*sum, room);
  if (c.put(v, p.type, kPlain, text) != KEEL_OK) return c.out_of_memory();
  c.commit(v, p.events.incrbyfloat);
  // The sum, so that other arithmetic at the other end cannot make a difference.
  if (c.logged()) c.propagate(Str{"SET"}, c.key(0), text, Str{"KEEPTTL"});
  return c.bulk(text);
}

}  // namespace strings
