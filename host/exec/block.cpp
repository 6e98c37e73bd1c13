// Clients that wait in a command.
#include <algorithm>

#include "host/exec/executor.h"

namespace keel::exec {

void Executor::block(int64_t deadline_ms, std::string at_deadline) {
  const int64_t before = next_deadline_ms();
  client_->blocked = true;
  blocked_.push_back({client_, deadline_ms, std::move(at_deadline)});
  if (deadline_ms != 0 && (before == 0 || deadline_ms < before) && on_deadline != nullptr) on_deadline(on_deadline_arg);
}

bool Executor::unblock(Client& c, std::string_view reply) {
  const auto at = std::find_if(blocked_.begin(), blocked_.end(), [&](const Waiting& w) { return w.client == &c; });
  if (at == blocked_.end()) return false;
  const Waiting waiting = std::move(*at);
  blocked_.erase(at);
  c.blocked = false;
  c.link->push(reply);
  c.link->resume();
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
