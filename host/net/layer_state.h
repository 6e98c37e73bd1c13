// host/net/layer_state.h - the layer of one connection.
#pragma once
#include "host/net/session.h"

namespace keel::net {

struct Session::LayerState {
  const keel_layer* layer;
  void* handle = nullptr;
  uint32_t state = KEEL_LAYER_HANDSHAKE;
  bool finish_sent = false;
  std::string held;  // from the peer: what the layer has not taken yet

  ~LayerState() {
    if (handle != nullptr) layer->close(handle);
  }
};

}  // namespace keel::net
