#include "host/net/handshake_gate.h"

#include <vector>

#include "host/base/clock.h"
#include "host/net/session.h"

namespace keel::net {
namespace {

constexpr int64_t kSilentMs = 1000;
constexpr int64_t kLongMs = 3000;
constexpr size_t kMostBegun = 32;     // before others of the loop are served
constexpr size_t kMostClosed = 1000;  // in one round

using At = HandshakePlace::At;

template <class Map>
std::vector<const Stack*> keys_of(const Map& lines) {
  std::vector<const Stack*> out;
  for (const auto& [stack, l] : lines) out.push_back(stack);
  return out;
}

}  // namespace

HandshakeGate::HandshakeGate(loop::Loop& loop) : loop_(loop) {
  task_.self = this;
  task_.task.run = [](keel_task* t) noexcept {
    HandshakeGate* self = reinterpret_cast<Task*>(t)->self;
    self->woken_.store(false);
    self->go_on();
  };
}

void HandshakeGate::wake() noexcept {
  if (!woken_.exchange(true)) loop_.post(&task_.task);
}

bool HandshakeGate::enter(Session& s, int64_t now_ms) {
  Lines& lines = lines_[s.stack.get()];
  HandshakePlace& place = *s.handshake_place();
  Handshakes& all = s.stack->handshakes;
  place.heard_ms = now_ms;
  if (lines.waiting.empty() && all.begin()) {
    place.at = At::kUnderWay;
    place.began_ms = now_ms;
    place.position = lines.under_way.insert(lines.under_way.end(), &s);
    return true;
  }
  place.at = At::kWaits;
  place.position = lines.waiting.insert(lines.waiting.end(), &s);
  all.wait(*this);
  wake();  // for an end that came before we were counted
  return false;
}

void HandshakeGate::heard(Session& s, int64_t now_ms) {
  HandshakePlace& place = *s.handshake_place();
  if (place.at != At::kUnderWay) return;
  place.heard_ms = now_ms;
  auto& line = lines_[s.stack.get()].under_way;
  line.splice(line.end(), line, place.position);
}

void HandshakeGate::leave(Session& s) {
  HandshakePlace* const place = s.handshake_place();
  if (place == nullptr || place->at == At::kNowhere) return;
  Lines& lines = lines_[s.stack.get()];
  Handshakes& all = s.stack->handshakes;
  if (std::exchange(place->at, At::kNowhere) == At::kWaits) {
    lines.waiting.erase(place->position);
    all.no_longer_waits(*this);
  } else {
    lines.under_way.erase(place->position);
    all.end();
  }
}

// Sessions that begin may end at once, and so leave lines; none is added to a line of those that wait.
void HandshakeGate::go_on() {
  size_t begun = 0;
  for (const Stack* stack : keys_of(lines_)) {
    Lines& lines = lines_[stack];
    while (!lines.waiting.empty()) {
      Session& s = *lines.waiting.front();
      if (begun == kMostBegun) return wake();
      if (!s.stack->handshakes.begin()) break;
      ++begun;
      HandshakePlace& place = *s.handshake_place();
      s.stack->handshakes.no_longer_waits(*this);
      lines.under_way.splice(lines.under_way.end(), lines.waiting, place.position);
      place.at = At::kUnderWay;
      place.began_ms = place.heard_ms = base::unix_ms();
      s.begin_late();
    }
  }
}

void HandshakeGate::make_room(int64_t now_ms) {
  size_t closed = 0;
  for (const Stack* stack : keys_of(lines_)) {
    auto& line = lines_[stack].under_way;
    const auto crowded = [&line] { return line.front()->stack->handshakes.crowded(); };
    for (auto at = line.begin(); at != line.end() && closed < kMostClosed && crowded();) {
      Session& s = **at++;  // giving up leaves the line
      const HandshakePlace& place = *s.handshake_place();
      const bool silent = now_ms - place.heard_ms >= kSilentMs, slow = now_ms - place.began_ms >= kLongMs;
      if (!silent && !slow) continue;
      ++closed;
      s.give_up(silent ? "it was silent for a second while others waited"
                       : "it took three seconds while others waited");
    }
  }
  std::erase_if(lines_, [](const auto& l) { return l.second.under_way.empty() && l.second.waiting.empty(); });
}

}  // namespace keel::net
