// host/net/listener.h - an address on which connections arrive: a transport, and perhaps a layer on it.
#pragma once
#include <string>
#include <vector>

#include "keel/transport.h"

namespace keel::net {

struct Listener {
  std::string scheme;          // the word in the configuration: "tcp", "unix", "tls"
  std::string wanted_address;  // as the configuration says it
  std::string address;         // what it is bound to
  const keel_transport* transport = nullptr;
  void* transport_self = nullptr;
  const keel_layer* layer = nullptr;  // or nullptr
  void* layer_context = nullptr;
  void* handle = nullptr;  // the transport's
};

}  // namespace keel::net
