// host/net/handshake_gate.h - the handshakes of one loop: those under way, and the connections that have to wait until
// others of their stack have ended (net::Handshakes counts).
#pragma once
#include <atomic>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "host/loop/loop.h"

namespace keel::net {

class Session;
struct Stack;

// Where a connection stands.
struct HandshakePlace {
  enum class At : uint8_t { kNowhere, kWaits, kUnderWay };
  At at = At::kNowhere;
  int64_t began_ms = 0;  // its handshake
  int64_t heard_ms = 0;  // of the peer
  std::list<Session*>::iterator position{};
};

// [loop] but for wake().
class HandshakeGate {
 public:
  explicit HandshakeGate(loop::Loop& loop);
  HandshakeGate(const HandshakeGate&) = delete;
  HandshakeGate& operator=(const HandshakeGate&) = delete;

  // The first bytes of a connection have come. True = its handshake is under way; false = it waits, and
  // Session::begin_late() follows.
  bool enter(Session& s, int64_t now_ms);
  // Its peer has sent something.
  void heard(Session& s, int64_t now_ms);
  // Its handshake is over, or it is.  Harmless when it stands nowhere.
  void leave(Session& s);
  // Closes handshakes that have been silent for a second, the longest first, and those that take more than three by
  // sending now and then, while others have to wait.
  void make_room(int64_t now_ms);
  // Somebody may go on. [any]
  void wake() noexcept;

 private:
  struct Lines {
    std::list<Session*> under_way;  // the one that has been silent longest first
    std::list<Session*> waiting;    // in order of arrival
  };
  struct Task {
    keel_task task{};
    HandshakeGate* self = nullptr;
  };
  void go_on();

  loop::Loop& loop_;
  // The key may be that of a stack that is gone while its lines are empty: it is never followed then.
  std::unordered_map<const Stack*, Lines> lines_;
  Task task_;
  std::atomic<bool> woken_{false};
};

}  // namespace keel::net
