// MULTI, EXEC, DISCARD, WATCH and UNWATCH.
#include "host/commands/docs.h"
#include "host/commands/lookup.h"
#include "host/commands/rows.h"

namespace keel::commands {
namespace {

keel_status multi(Ctx c) {
  Executor& x = executor(c);
  if (x.client().in_multi()) return c.error("ERR MULTI calls can not be nested");
  x.begin_transaction();
  return c.ok();
}

keel_status discard(Ctx c) {
  Executor& x = executor(c);
  if (!x.client().in_multi()) return c.error("ERR DISCARD without MULTI");
  x.discard_transaction(x.client());
  return c.ok();
}

keel_status watch(Ctx c) {
  Executor& x = executor(c);
  if (x.client().in_multi()) return c.error("ERR WATCH inside MULTI is not allowed");
  // EXEC will do nothing already.
  if (x.client().transaction && x.client().transaction->dirty) return c.ok();
  for (uint32_t k = 0; k < c.keys(); ++k) x.watch(k);
  return c.ok();
}

keel_status unwatch(Ctx c) {
  Executor& x = executor(c);
  x.unwatch(x.client());
  return c.ok();
}

keel_status run_all(Ctx c) {
  Executor& x = executor(c);
  exec::Client& client = x.client();
  if (!client.in_multi()) return c.error("ERR EXEC without MULTI");
  const exec::Transaction& t = *client.transaction;
  const bool faulty = t.faulty, dirty = t.dirty || x.watched_key_expired();
  if (faulty || dirty) {
    x.discard_transaction(client);
    return faulty ? c.error("EXECABORT Transaction discarded because of previous errors.") : c.null_array();
  }
  x.unwatch(client);  // what the transaction changes itself is nothing to it
  // CLIENT REPLY ON in the transaction is answered, what came before it is not.
  if (client.reply_mode != exec::ReplyMode::kOff) c.array(t.queue.size());
  x.run_transaction();
  x.discard_transaction(client);
  return KEEL_OK;
}

constexpr uint64_t kAnyTime = KEEL_CMD_NOSCRIPT | KEEL_CMD_LOADING | KEEL_CMD_STALE | exec::kCmdImmediate;
constexpr uint64_t kFast = kAnyTime | KEEL_CMD_FAST | KEEL_CMD_ALLOW_BUSY;

consteval Spec row(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_TRANSACTION};
}

constexpr keel_keyspec kWatched[] = {keys_at(KEEL_KEY_RO, 1, -1)};
constexpr keel_command kRows[] = {
    command("MULTI", handler<multi>, row(1, kFast), &docs::multi),
    command("EXEC", handler<run_all>, row(1, kAnyTime | KEEL_CMD_SKIP_SLOWLOG | exec::kCmdExec | exec::kCmdLeaves),
            &docs::exec),
    command("DISCARD", handler<discard>, row(1, kFast | exec::kCmdLeaves), &docs::discard),
    command("WATCH", handler<watch>, row(-2, kFast), kWatched, &docs::watch),
    // Queued in a transaction, where it does nothing.
    command("UNWATCH", handler<unwatch>, row(1, kFast & ~exec::kCmdImmediate), &docs::unwatch),
};

}  // namespace

Rows transaction_rows() {
  return kRows;
}

}  // namespace keel::commands
