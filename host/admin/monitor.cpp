// MONITOR.
#include "host/admin/rows.h"
#include "host/admin/server_docs.h"
#include "host/exec/executor.h"

namespace keel::admin {
namespace {

keel_status monitor(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  if (executor.in_transaction()) return c.error("ERR MONITOR isn't allowed for DENY BLOCKING client");
  executor.add_monitor(executor.client());
  return c.ok();
}

constexpr keel_command kRows[] = {
    command("MONITOR", handler<monitor>, {1, kAdmin}, &docs::monitor),
};

}  // namespace

Rows monitor_rows() {
  return kRows;
}

}  // namespace keel::admin
