// Clients that wait in a command.
#include <algorithm>

#include "host/exec/executor.h"

namespace keel::exec {

void Executor::block(int64_t deadline_ms, std::string at_deadline) {
  if (in_transaction_) return keel_put(&ctx_, at_deadline.data(), at_deadline.size());  // nobody waits in EXEC
  const int64_t before = next_deadline_ms();
  client_->blocked = true;
  blocked_.push_back({client_, client_->reply_mode != ReplyMode::kOn, deadline_ms, std::move(at_deadline)});
  if (deadline_ms != 0 && (before == 0 || deadline_ms < before) && on_deadline != nullptr) on_deadline(on_deadline_arg);
}

void Executor::block_until_gone(std::vector<Client*> leaving, std::string reply) {
  if (in_transaction_) return keel_put(&ctx_, reply.data(), reply.size());
  client_->blocked = true;
  waiting_for_others_.push_back({client_, client_->reply_mode != ReplyMode::kOn, std::move(leaving), std::move(reply)});
}

void Executor::resume(Client& c, bool silent, std::string_view reply) {
  c.blocked = false;
  if (!silent) c.link->push(reply);
  c.link->resume();
}

bool Executor::unblock(Client& c, std::string_view reply) {
  const auto at = std::find_if(blocked_.begin(), blocked_.end(), [&](const Waiting& w) { return w.client == &c; });
  if (at == blocked_.end()) return false;
  const Waiting waiting = std::move(*at);
  blocked_.erase(at);
  resume(c, waiting.silent, reply);
  return true;
}

bool Executor::unblock_as_timeout(Client& c) {
  const auto at = std::find_if(blocked_.begin(), blocked_.end(), [&](const Waiting& w) { return w.client == &c; });
  return at != blocked_.end() && unblock(c, std::string{at->at_deadline});
}

int64_t Executor::next_deadline_ms() const noexcept {
  int64_t next = 0;
  for (const Waiting& w : blocked_)
    if (w.deadline_ms != 0 && (next == 0 || w.deadline_ms < next)) next = w.deadline_ms;
  return next;
}

// Those that wait for it go on; it waits for nobody itself.
void Executor::forget_waits(const Client& gone) noexcept {
  if (gone.blocked) {
    std::erase_if(blocked_, [&](const Waiting& w) { return w.client == &gone; });
    std::erase_if(waiting_for_others_, [&](const WaitingForOthers& w) { return w.client == &gone; });
  }
  for (size_t i = 0; i < waiting_for_others_.size();) {
    WaitingForOthers& w = waiting_for_others_[i];
    if (std::erase(w.leaving, &gone) > 0 && w.leaving.empty()) {
      resume(*w.client, w.silent, w.reply);
      waiting_for_others_.erase(waiting_for_others_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
}

size_t Executor::blocked_with_deadline() const noexcept {
  return static_cast<size_t>(
      std::count_if(blocked_.begin(), blocked_.end(), [](const Waiting& w) { return w.deadline_ms != 0; }));
}

void Executor::run_deadlines() {
  refresh_clock();
  for (size_t i = 0; i < blocked_.size();) {
    if (blocked_[i].deadline_ms != 0 && blocked_[i].deadline_ms <= now_ms_)
      unblock_as_timeout(*blocked_[i].client);
    else
      ++i;
  }
}

}  // namespace keel::exec
