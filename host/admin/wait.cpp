// WAIT: how many replicas have what this connection has written. There are none.
#include "host/admin/connection_docs.h"
#include "host/admin/rows.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

keel_status wait(Ctx c) {
  if (!parse_integer(c.arg(1))) return c.error(kNotInteger);
  if (!timeout_ms(c, 2)) return KEEL_OK;
  return c.integer(0);
}

constexpr keel_command kRows[] = {
    command("WAIT", handler<wait>, {3, KEEL_CMD_NOSCRIPT, KEEL_ACL_CONNECTION}, &docs::wait),
};

}  // namespace

Rows wait_rows() { return kRows; }

}  // namespace keel::admin
