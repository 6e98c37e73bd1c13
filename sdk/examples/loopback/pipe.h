// pipe.h - two ends of a connection inside one process, each on a loop of its own.
//
// An end is touched only on its loop. What crosses is a parcel: a task that belongs to one end, is posted to the other
// end's loop and comes back. While it is away the receiver may read the bytes that it stands for; nothing else is
// shared.
#pragma once
#include <atomic>
#include <vector>

#include "keel/loop.h"
#include "keel/transport.h"

namespace loopback {

struct Services {
  const keel_loops* loops;
  const keel_sessions* sessions;
};
inline Services g_services{};  // set once by create()

class End;
struct Pair;

struct Parcel {
  keel_task task{};  // first: a task is its parcel
  End* owner = nullptr;
  bool home = true;
  bool abort = false;
};

class End {
 public:
  End(End* peer, keel_loop* loop, Pair& pair) noexcept;

  keel_loop* loop() const noexcept { return loop_; }
  // [loop] Tells the host of a new connection. False: it was refused, and nothing will be told.
  bool open(void* listener_or_token, const keel_peer& peer) noexcept;
  // [loop] Instead of open(): this end will never be a connection; the peer sees a reset.
  void refuse() noexcept;

  // The functions of keel_transport. [loop]
  void rx(bool on) noexcept;
  keel_status tx(const keel_str* iov, uint32_t n) noexcept;
  void close(bool now) noexcept;

 private:
  static Parcel& parcel_of(keel_task* task) noexcept { return *reinterpret_cast<Parcel*>(task); }
  static void on_data(keel_task* task) noexcept;       // at the receiver
  static void on_data_back(keel_task* task) noexcept;  // at the sender
  static void on_end(keel_task* task) noexcept;        // at the receiver
  static void on_end_back(keel_task* task) noexcept;   // at the sender
  static void on_wake(keel_task* task) noexcept;
  void wake() noexcept;
  void deliver() noexcept;
  void give_back() noexcept;
  void advance() noexcept;

  End* peer_;
  keel_loop* loop_;
  Pair& pair_;
  keel_session* session_ = nullptr;

  Parcel data_, end_, wake_;
  std::vector<keel_str> batch_;  // what data_ stands for: the array is ours, the bytes are the host's until tx_done()

  Parcel* incoming_ = nullptr;  // the peer's data_, while it lies here
  size_t at_ = 0, used_ = 0;    // how much of it the host has taken
  bool lent_ = false;           // the host may look at its bytes until the end of this turn
  bool rx_on_ = true;
  bool peer_ended_ = false, end_told_ = false;
  bool closing_ = false, abort_ = false, end_sent_ = false;
  bool reset_ = false;  // the peer has gone without a word
  bool finished_ = false;
};

// Two ends, which free themselves when both are finished.
struct Pair {
  std::atomic<int> live{2};
  End client, server;
  Pair(keel_loop* client_loop, keel_loop* server_loop) noexcept
      : client(&server, client_loop, *this), server(&client, server_loop, *this) {}
};

}  // namespace loopback
