// engine_bio.h - a BIO over the two buffers of a keel_layer_io.
#pragma once
#include "keel/transport.h"
#include "openssl_handles.h"

namespace keel::tls {

// A new one, for SSL_set_bio(); nullptr = out of memory.
BIO* make_engine_bio();
// The buffers of this step; nullptr = there are none. Reading without bytes, and writing without room, is to be tried
// again.
void set_engine_io(BIO* bio, keel_layer_io* io);

}  // namespace keel::tls
