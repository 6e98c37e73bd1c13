// MULTI and EXEC: queueing, and running what is queued.
#include "host/exec/transaction.h"

#include "host/exec/executor.h"

namespace keel::exec {

void Executor::begin_transaction() {
  client_->transact().open = true;
  client_->attention |= kAttendMulti;
}

void Executor::discard_transaction(Client& c) noexcept {
  if (!c.transaction) return;
  watches_.forget(c);
  if (watches_.none()) interest_ &= ~kInterestWatch;
  c.transaction.reset();
  c.attention &= ~kAttendMulti;
  c.count_transaction();
}

void Executor::queue(const Request& r, const keel_str* argv, const keel_keyref* keys) {
  Transaction& t = *client_->transaction;
  // It will not be run, so nothing has to be kept.
  if (!t.faulty && !t.dirty) {
    StoredCommand stored;
    if (!stored.store(r, argv, keys)) {
      t.faulty = true;
      constexpr std::string_view kNoMemory = "OOM command not allowed when out of memory";
      ctx_.exec->reply_error(&ctx_, {kNoMemory.data(), kNoMemory.size()});
      return;
    }
    t.queued_bytes += stored.memory();
    t.flags |= r.command->row.flags;
    t.queue.push_back(std::move(stored));
    client_->count_transaction();
  }
  client_->last_command = r.command;
  constexpr std::string_view kQueued = "+QUEUED\r\n";
  keel_put(&ctx_, kQueued.data(), kQueued.size());
}

bool Executor::queued_has(uint64_t flags) const noexcept {
  return client_->in_multi() && (client_->transaction->flags & flags) != 0;
}

void Executor::watch(uint32_t key) {
  client_->transact();
  const KeyName name =
      key_name(*db_, ctx_.keys[key].hash, {ctx_.argv[ctx_.keys[key].arg].ptr, ctx_.argv[ctx_.keys[key].arg].len});
  watches_.add(*client_, name, state_of(*db_, name).expired);
  interest_ |= kInterestWatch;
}

void Executor::unwatch(Client& c) noexcept {
  if (!c.transaction) return;
  watches_.forget(c);
  if (watches_.none()) interest_ &= ~kInterestWatch;
  c.transaction->dirty = false;
  if (c.transaction->over()) c.transaction.reset();
}

bool Executor::watched_key_expired() const noexcept {
  for (const auto& [key, w] : client_->transaction->watches)
    if (!w.was_expired && state_of(keyspace[key->db], key->name()).expired) return true;
  return false;
}

// The header of the reply is the caller's.
void Executor::run_transaction() {
  Transaction& t = *client_->transaction;
  const Nested outer = nest();
  in_transaction_ = true;
  change_log.begin_group();
  for (StoredCommand& c : t.queue) {
    const ReplyMode before = client_->reply_mode;
    const ReplyBuffer::Mark mark = replies().mark();
    run_stored(c, KEEL_CTX_MULTI);
    if ((attention_ & kAttendMonitors) != 0 && !c.command().has(KEEL_CMD_SKIP_MONITOR | KEEL_CMD_ADMIN))
      feed_monitors(c.argv(), c.argc());
    if (before == ReplyMode::kOff && client_->reply_mode == ReplyMode::kOff) replies().rewind(mark);
  }
  change_log.end_group();
  in_transaction_ = false;
  unnest(outer);
}

void Executor::run_stored(const StoredCommand& c, uint32_t flags) {
  request_ = &c.request();
  ctx_.argv = c.argv();
  ctx_.argc = c.argc();
  ctx_.keys = c.keys();
  ctx_.nkeys = c.nkeys();
  ctx_.flags = (client_->resp == 3 ? uint32_t{KEEL_CTX_RESP3} : 0u) | flags;
  give_cursor();
  execute(c.command(), c.argv(), c.argc());
}

Executor::Nested Executor::nest() noexcept {
  sync_cursor();
  return {ctx_, calling, request_};
}

void Executor::unnest(const Nested& outer) noexcept {
  request_ = outer.request;
  ctx_ = outer.ctx;
  ctx_.flags = (outer.ctx.flags & ~uint32_t{KEEL_CTX_RESP3}) | (client_->resp == 3 ? uint32_t{KEEL_CTX_RESP3} : 0u);
  calling = outer.calling;
  give_cursor();
}

}  // namespace keel::exec
