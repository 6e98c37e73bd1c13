// PING, ECHO, QUIT and RESET.
#include "host/admin/client_words.h"
#include "host/admin/connection_docs.h"
#include "host/admin/rows.h"
#include "host/admin/server.h"

namespace keel::admin {
namespace {

keel_status ping(Ctx c) {
  if (c.argc() > 2) return c.error("ERR wrong number of arguments for 'ping' command");
  return c.argc() == 1 ? c.simple("PONG") : c.bulk(c.arg(1));
}

keel_status echo(Ctx c) {
  return c.bulk(c.arg(1));
}

keel_status quit(Ctx c) {
  exec::Executor::of(c.raw()).client().close_after_reply = true;
  return c.ok();
}

// The connection as it was when it came, but for its address, its library and its protection from eviction.
keel_status reset(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  exec::Client& client = executor.client();
  if (client.monitor) executor.remove_monitor(client);
  executor.discard_transaction(client);
  executor.select(0);
  speak(c, client, 2);
  set_name(client, "");
  client.no_touch = false;
  client.reply(exec::ReplyMode::kOn);
  client.authenticate(!executor.settings.has_requirepass);
  return c.simple("RESET");
}

constexpr uint64_t kFast = KEEL_CMD_FAST;
constexpr uint64_t kLeaves = kHandshake | exec::kCmdImmediate | exec::kCmdLeaves;

constexpr keel_command kRows[] = {
    command("PING", handler<ping>, {-1, kFast, KEEL_ACL_CONNECTION}, &docs::ping),
    command("ECHO", handler<echo>, {2, kAnyTime | kFast, KEEL_ACL_CONNECTION}, &docs::echo),
    command("QUIT", handler<quit>, {-1, kLeaves, KEEL_ACL_CONNECTION}, &docs::quit),
    command("RESET", handler<reset>, {1, kLeaves, KEEL_ACL_CONNECTION}, &docs::reset),
};

}  // namespace

Rows connection_rows() {
  return kRows;
}

}  // namespace keel::admin
