// host/net/layer_state.h - the layer of one connection, and what waits on both sides of it.
#pragma once
#include "host/net/handshake_gate.h"
#include "host/net/listener.h"
#include "host/net/piece_queue.h"
#include "host/net/session.h"

namespace keel::net {

struct Session::LayerState {
  const keel_layer* layer;
  void* handle = nullptr;  // nullptr until the peer has said something
  uint32_t state = KEEL_LAYER_HANDSHAKE;
  bool opened = false;        // its handshake has come to a good end
  bool failure_told = false;  // or not, and the log has its line
  bool finishing = false;     // nothing will be added to `waiting`
  bool peer_done = false;     // the peer's goodbye has come, or its end without one
  HandshakePlace place{};
  std::string held;    // from the peer: what the layer has not taken yet
  PieceQueue waiting;  // for the peer: what the layer has not taken yet

  explicit LayerState(const keel_layer* l) noexcept : layer(l) {}
  ~LayerState() {
    if (handle != nullptr) layer->close(handle);
  }
  LayerState(const LayerState&) = delete;
  LayerState& operator=(const LayerState&) = delete;

  bool broken() const noexcept { return state == KEEL_LAYER_BROKEN; }
};

}  // namespace keel::net
