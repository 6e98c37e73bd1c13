// keel/testing/sessions.hpp - keel.session/1: what a transport tells the server, kept and checked.
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "keel/testing/faults.hpp"
#include "keel/transport.h"

struct keel_session {  // the server's end of one connection
  const keel_transport* transport = nullptr;
  keel_conn* conn = nullptr;
  keel_loop* loop = nullptr;
  void* opened_with = nullptr;  // listener or token
  std::string received{};
  bool ended = false, closed = false, room_open = false, in_host_call = false;
  bool rx_off = false, late = false;  // late: one delivery that was under way when it was told to wait has come
  int32_t reason = 0;
  std::string room{};
  std::deque<std::string> queue{};  // to be sent, one batch after the other
  bool sending = false;
  std::vector<std::string> batch{};  // borrowed by the transport until tx_done()
  bool broken = false;

  // By the law that plays with it; all on the session's loop.
  void send(const std::string& bytes);
  void rx(bool on);
  void close(uint32_t how);
  void pump();
};

namespace keel::testing {

const keel_sessions& sessions_table();

// What happens to new connections, for the law that is being played.
struct Stage {
  const keel_transport* transport = nullptr;
  std::function<bool(void* opened_with)> admit{};  // false = refuse
  std::vector<std::unique_ptr<keel_session>> sessions{};
  size_t refused = 0;
  bool with_room = false;  // rx_room() offers memory
  Dice dice{11};
};
Stage& stage();

}  // namespace keel::testing
