// WAIT: how many replicas have what this connection has written. There are none, so whoever asks for one waits in vain.
#include "host/admin/connection_docs.h"
#include "host/admin/rows.h"
#include "host/admin/words.h"
#include "host/exec/executor.h"

namespace keel::admin {
namespace {

keel_status wait(Ctx c) {
  const auto replicas = parse_integer(c.arg(1));
  if (!replicas) return c.error(kNotInteger);
  const auto timeout = timeout_ms(c, 2);
  if (!timeout) return KEEL_OK;
  if (*replicas <= 0) return c.integer(0);
  exec::Executor& x = exec::Executor::of(c.raw());
  x.block(*timeout == 0 ? 0 : after_ms(x.now_ms(), *timeout), ":0\r\n");
  return KEEL_BLOCKED;
}

constexpr keel_command kRows[] = {
    command("WAIT", handler<wait>, {3, KEEL_CMD_NOSCRIPT, KEEL_ACL_CONNECTION}, &docs::wait),
};

}  // namespace

Rows wait_rows() {
  return kRows;
}

}  // namespace keel::admin
