// engine_pair_for_test.h - two engines back to back, without a socket.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine.h"

namespace keel::tls {

// One end: what waits for its engine, and what has come out of it.
struct End {
  End(std::shared_ptr<Context> c, bool server, std::string_view peer = {})
      : engine(std::make_unique<Engine>(std::move(c), server, peer)) {}

  // One step with rooms of these sizes and at most so many bytes of the peer.
  keel_status step(size_t most_in = SIZE_MAX, size_t app_room = 20000, size_t net_room = 20000) {
    std::string app(app_room, '\0'), net(net_room, '\0');
    keel_layer_io io{};
    io.net_in = {from_peer.data(), std::min(most_in, from_peer.size())};
    io.app_out = {app.data(), app.size()};
    io.app_in = {to_send.data(), to_send.size()};
    io.net_out = {net.data(), net.size()};
    io.finish = finish && to_send.empty() ? 1 : 0;
    io.net_ended = ended && io.net_in.len == from_peer.size() ? 1 : 0;
    const keel_status status = engine->step(io);
    state = io.state;
    moved = io.net_in_used + io.app_out_used + io.app_in_used + io.net_out_used > 0;
    from_peer.erase(0, io.net_in_used);
    to_send.erase(0, io.app_in_used);
    received.append(app, 0, io.app_out_used);
    to_peer.append(net, 0, io.net_out_used);
    return status;
  }

  std::unique_ptr<Engine> engine;
  std::string from_peer, to_peer, to_send, received;
  bool finish = false, ended = false, moved = false;
  uint32_t state = KEEL_LAYER_HANDSHAKE;
};

inline void carry(End& a, End& b) {
  b.from_peer += std::exchange(a.to_peer, {});
  a.from_peer += std::exchange(b.to_peer, {});
}

// Until neither has anything to do.
inline void settle(End& a, End& b) {
  for (int idle = 0; idle < 2;) {
    a.step();
    b.step();
    idle = a.moved || b.moved ? 0 : idle + 1;
    carry(a, b);
  }
}

}  // namespace keel::tls
