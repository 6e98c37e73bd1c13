#include "host/net/handshakes.h"

#include <algorithm>

#include "host/net/handshake_gate.h"

namespace keel::net {

bool Handshakes::begin() noexcept {
  int64_t now = under_way_.load();
  while (now < most)
    if (under_way_.compare_exchange_weak(now, now + 1)) return true;
  return false;
}

void Handshakes::end() {
  under_way_.fetch_sub(1);
  if (waiting_.load() == 0) return;  // whoever comes now tries once more when it has been counted
  const std::lock_guard lock{mutex_};
  for (const Waiting& w : gates_) w.gate->wake();
}

void Handshakes::wait(HandshakeGate& gate) {
  waiting_.fetch_add(1);
  const std::lock_guard lock{mutex_};
  const auto mine = std::find_if(gates_.begin(), gates_.end(), [&](const Waiting& w) { return w.gate == &gate; });
  if (mine != gates_.end())
    ++mine->count;
  else
    gates_.push_back({&gate, 1});
}

void Handshakes::no_longer_waits(HandshakeGate& gate) {
  waiting_.fetch_sub(1);
  const std::lock_guard lock{mutex_};
  std::erase_if(gates_, [&](Waiting& w) { return w.gate == &gate && --w.count == 0; });
}

}  // namespace keel::net
