// host/net/layer_state.h - the layer of one connection, and what waits on both sides of it.
#pragma once
#include <deque>

#include "host/net/handshake_gate.h"
#include "host/net/listener.h"
#include "host/net/session.h"

namespace keel::net {

struct Session::LayerState {
  const keel_layer* layer;
  void* handle = nullptr;  // nullptr until the peer has said something
  uint32_t state = KEEL_LAYER_HANDSHAKE;
  bool opened = false;        // its handshake has come to a good end
  bool failure_told = false;  // or not, and the log has its line
  HandshakePlace place{};
  bool finishing = false;           // nothing will be added to `waiting`
  bool peer_done = false;           // the peer's goodbye has come, or its end without one
  std::string held;                 // from the peer: what the layer has not taken yet
  std::deque<exec::Piece> waiting;  // for the peer: what the layer has not taken yet; each with a use of its block
  size_t waiting_bytes = 0;

  explicit LayerState(const keel_layer* l) noexcept : layer(l) {}
  ~LayerState() {
    drop_waiting();
    if (handle != nullptr) layer->close(handle);
  }
  LayerState(const LayerState&) = delete;
  LayerState& operator=(const LayerState&) = delete;

  bool broken() const noexcept { return state == KEEL_LAYER_BROKEN; }
  void add(const exec::Piece& piece) {
    if (piece.len == 0) return;
    waiting.push_back(piece);
    piece.block->add_user();
    waiting_bytes += piece.len;
  }
  // The layer has taken n bytes of the first piece.
  void taken(size_t n) noexcept {
    if (n == 0) return;
    exec::Piece& first = waiting.front();
    first.ptr += n;
    first.len -= n;
    waiting_bytes -= n;
    if (first.len > 0) return;
    first.block->drop();
    waiting.pop_front();
  }
  void drop_waiting() noexcept {
    for (const exec::Piece& piece : waiting) piece.block->drop();
    waiting.clear();
    waiting_bytes = 0;
  }
};

}  // namespace keel::net
