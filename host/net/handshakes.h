// host/net/handshakes.h - how many handshakes of one stack are under way, over all loops, and who waits for one to end.
#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

namespace keel::net {

class HandshakeGate;

// [loop] all of it, any loop.
class Handshakes {
 public:
  int64_t most = 1000;  // at the same time; set before the first one

  // One more, if that many may be. True = end() has to follow.
  bool begin() noexcept;
  // One has ended: the gates at which somebody waits are told.
  void end();
  // A connection waits at this gate, and no longer.  One that ended just before has told nobody: try again.
  void wait(HandshakeGate& gate);
  void no_longer_waits(HandshakeGate& gate);

  // More wait than can begin.
  bool crowded() const noexcept { return waiting_.load() > most - under_way_.load(); }

 private:
  struct Waiting {
    HandshakeGate* gate;
    int64_t count;
  };
  std::atomic<int64_t> under_way_{0}, waiting_{0};
  std::mutex mutex_;
  std::vector<Waiting> gates_;
};

}  // namespace keel::net
