// engine_bio.h - a BIO over the two buffers of a keel_layer_io.
#pragma once
#include <string>

#include "keel/transport.h"
#include "openssl_handles.h"

namespace keel::tls {

// What the BIO reads and writes. Writing never fails: what finds no room waits, so that OpenSSL has no record left
// whose bytes it would want to see again.
struct EngineIo {
  keel_layer_io* step =
      nullptr;          // the buffers of this step; nullptr = there are none, and reading is to be tried again
  std::string waiting;  // for net_out

  // False: net_out is full, and something waits still.
  bool flush();
};

// A new one, for SSL_set_bio(); nullptr = out of memory. `io` must outlive it.
BIO* make_engine_bio(EngineIo& io);

}  // namespace keel::tls
