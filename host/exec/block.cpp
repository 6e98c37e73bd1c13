// Clients that wait in a command: how waits begin and end.
#include <algorithm>

#include "host/exec/executor.h"
#include "keel/blocking.h"
#include "keel/cpp/text.hpp"

namespace keel::exec {

Wait& Executor::begin_wait(int64_t deadline_ms, std::string at_deadline) {
  const int64_t before = waits_.next_deadline_ms();
  client_->blocked = true;
  Wait& w = waits_.begin(*client_, client_->reply_mode != ReplyMode::kOn, deadline_ms, std::move(at_deadline));
  if (deadline_ms != 0 && (before == 0 || deadline_ms < before) && on_deadline != nullptr) on_deadline(on_deadline_arg);
  return w;
}

void Executor::block(int64_t deadline_ms, std::string at_deadline) {
  if (in_transaction_) return keel_put(&ctx_, at_deadline.data(), at_deadline.size());
  begin_wait(deadline_ms, std::move(at_deadline));
}

void Executor::block_until_gone(std::span<const void* const> leaving, std::string reply) {
  if (in_transaction_) return keel_put(&ctx_, reply.data(), reply.size());
  Wait& w = begin_wait(0, std::move(reply));
  for (const void* one : leaving) waits_.add_leaving(w, one);
}

keel_status Executor::block_for_keys(const keel_wait& wait) {
  if (woken_ != nullptr) {
    waits_on_ = true;
    return KEEL_BLOCKED;
  }
  if (in_transaction_) return keel_put(&ctx_, wait.at_deadline.ptr, wait.at_deadline.len), KEEL_OK;
  const auto refuse = [this](keel_status status, std::string_view why) {
    ctx_.exec->reply_error(&ctx_, str(why));
    return status;
  };
  const uint32_t n = wait.keys != nullptr ? wait.nkeys : ctx_.nkeys;
  const auto index = [&wait](uint32_t i) { return wait.keys != nullptr ? wait.keys[i] : i; };
  bool known = client_->wait == nullptr;
  for (uint32_t i = 0; i < n; ++i) known = known && index(i) < ctx_.nkeys;
  if (!known) return refuse(KEEL_E_ARG, "ERR the command waits for keys that it does not have");
  StoredCommand again;
  const bool stored = wait.argv != nullptr ? again.store(*request_->command, wait.argv, wait.argc, ctx_.nkeys)
                                           : again.store(*request_, ctx_.argv, ctx_.keys);
  if (!stored) return refuse(KEEL_E_MEMORY, "OOM command not allowed when out of memory");
  Wait& w = begin_wait(wait.deadline_ms, std::string{view(wait.at_deadline)});
  w.want_gone = (wait.flags & KEEL_WAIT_GONE) != 0;
  w.again = std::move(again);
  for (uint32_t i = 0; i < n; ++i) {
    const keel_keyref& key = ctx_.keys[index(i)];
    waits_.add_key(w, key_name(*db_, key.hash, view(ctx_.argv[key.arg])), index(i), wait.type, n);
  }
  client_->traffic.waiting.store(w.again.memory() + sizeof(Wait) + n * sizeof(KeyWait), std::memory_order_relaxed);
  interest_ |= kInterestWait;
  return KEEL_BLOCKED;
}

void Executor::waits(Command& c, uint64_t ticks) noexcept {
  count_call(c, ticks);
  client_->wait->command = &c;
  client_->wait->ticks = ticks;
}

void Executor::end_wait(Client& c, std::string_view reply, WaitEnd how) {
  const std::unique_ptr<Wait> w = waits_.end(c);
  if (!waits_.any_keys()) interest_ &= ~kInterestWait;
  c.blocked = false;
  c.traffic.waiting.store(0, std::memory_order_relaxed);
  if (w->command != nullptr && how != WaitEnd::kInVain) {
    Client* const outer = std::exchange(client_, &c);
    count_reply(*w->command, w->again.argc() > 0 ? w->again.argv() : nullptr, w->again.argc(), w->ticks,
                how == WaitEnd::kFailed);
    client_ = outer;
  }
  if (!w->silent) c.link->push(reply);
  c.link->resume();
}

bool Executor::unblock_with_error(Client& c, std::string_view error) {
  if (!c.wait || c.wait->for_leaving) return false;
  stats.count_error(error);
  end_wait(c, "-" + std::string{error} + "\r\n", WaitEnd::kFailed);
  return true;
}

bool Executor::unblock_as_timeout(Client& c) {
  if (!c.wait || c.wait->for_leaving) return false;
  end_wait(c, std::string{c.wait->at_deadline}, WaitEnd::kInVain);
  return true;
}

void Executor::gone(const void* what) {
  waits_.gone(what, [this](Client& c) { end_wait(c, std::string{c.wait->at_deadline}, WaitEnd::kInVain); });
}

// Those that wait for it go on; it waits for nobody itself.
void Executor::forget_wait(Client& leaver) {
  if (leaver.wait) {
    waits_.end(leaver);
    leaver.blocked = false;
    if (!waits_.any_keys()) interest_ &= ~kInterestWait;
  }
  gone(&leaver);
}

void Executor::run_deadlines() {
  refresh_clock();
  while (const Wait* w = waits_.due(now_ms_)) unblock_as_timeout(*w->client);
}

}  // namespace keel::exec
