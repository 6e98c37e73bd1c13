// TIME and LOLWUT.
#include "host/admin/rows.h"
#include "host/admin/server.h"
#include "host/admin/server_docs.h"
#include "host/base/clock.h"

namespace keel::admin {
namespace {

keel_status time(Ctx c) {
  const int64_t us = base::unix_us();
  c.array(2);
  c.bulk(us / 1'000'000);
  return c.bulk(us % 1'000'000);
}

// A hull on its keel, and the water line.
constexpr Str kDrawing =
    "              |\\\n"
    "              | \\\n"
    "              |  \\\n"
    "              |___\\\n"
    "     _________|_________\n"
    " ~~~ \\   o    o    o   / ~~~~\n"
    "~~ ~~~\\_______________/~~~ ~~~\n"
    " ~~~~ ~~~~~ \\_____/ ~~~~ ~~~~\n"
    "~~~ ~~~ ~~~~ ~~~~~ ~~~ ~~~ ~~\n"
    "\n";

// Versions 5 and 6 of Redis drew, and took sizes for it; later ones tell their version only.
keel_status lolwut(Ctx c) {
  bool drawn = c.argc() == 1;
  if (c.argc() > 2 && c.word(1, "version")) {
    const auto version = parse_integer(c.arg(2));
    if (!version) return c.error(kNotInteger);
    drawn = *version == 5 || *version == 6;
    const uint32_t sizes = *version == 5 ? 3 : *version == 6 ? 2 : 0;
    for (uint32_t i = 3; i < c.argc() && i < 3 + sizes; ++i)
      if (!parse_integer(c.arg(i))) return c.error(kNotInteger);
  }
  return c.verbatim((drawn ? std::string{kDrawing} : std::string{}) + "Keel ver. " + c.self<Server>().version + "\n");
}

constexpr keel_command kRows[] = {
    command("TIME", handler<time>, {1, kAnyTime | KEEL_CMD_FAST}, &docs::time),
    command("LOLWUT", handler<lolwut>, {-1, KEEL_CMD_READONLY | KEEL_CMD_FAST}, &docs::lolwut),
};

}  // namespace

Rows time_rows() {
  return kRows;
}

}  // namespace keel::admin
