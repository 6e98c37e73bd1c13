// CLIENT PAUSE and CLIENT UNPAUSE.
#include "host/admin/client_docs.h"
#include "host/admin/rows.h"
#include "host/admin/words.h"
#include "host/exec/executor.h"

namespace keel::admin {
namespace {

keel_status pause(Ctx c) {
  if (c.argc() > 4) return unknown_subcommand(c);
  bool writes_only = false;
  if (c.argc() == 4) {
    const auto mode = either(c.arg(3), "write", "all");
    if (!mode) return c.error("ERR CLIENT PAUSE mode must be WRITE or ALL");
    writes_only = *mode;
  }
  const auto ms = timeout_ms(c, 2);
  if (!ms) return KEEL_OK;
  exec::Executor::of(c.raw()).pause(writes_only ? exec::PauseMode::kWrite : exec::PauseMode::kAll,
                                    after_ms(c.now_ms(), *ms));
  return c.ok();
}

keel_status unpause(Ctx c) {
  exec::Executor::of(c.raw()).unpause();
  return c.ok();
}

constexpr keel_command kRows[] = {
    command("CLIENT|PAUSE", handler<pause>, {-3, kAdmin, KEEL_ACL_CONNECTION}, &docs::client::pause),
    command("CLIENT|UNPAUSE", handler<unpause>, {2, kAdmin, KEEL_ACL_CONNECTION}, &docs::client::unpause),
};

}  // namespace

Rows client_pause_rows() {
  return kRows;
}

}  // namespace keel::admin
