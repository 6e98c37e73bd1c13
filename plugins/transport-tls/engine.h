// engine.h - TLS for one connection: bytes in, bytes out, no socket.  OpenSSL reads and writes the caller's memory
// through a BIO of our own, so nothing is copied into buffers between.
//
// [loop] all of it: one thread from the handshake to the end.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "context.h"
#include "engine_bio.h"
#include "keel/transport.h"

namespace keel::tls {

class Engine {
 public:
  // `peer_name`: whom a client wants to reach; a client makes OpenSSL's object at once, a server with the first bytes
  // that are TLS.
  Engine(std::shared_ptr<Context> context, bool server, std::string_view peer_name);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  keel_status step(keel_layer_io& io);
  // The name in the peer's certificate; empty = none.
  std::string identity() const;
  std::string reason() const { return reason_ ? *reason_ : std::string{}; }
  // Below zero: the peer's certificate is not trusted any longer.  A connection that has done nothing since it was
  // asked last gives its buffers of records back.
  keel_status recheck();

 private:
  bool looks_like_tls(keel_layer_io& io);
  bool begin();
  keel_status advance(keel_layer_io& io);
  keel_status handshake(keel_layer_io& io);
  keel_status receive(keel_layer_io& io);
  keel_status send(keel_layer_io& io);
  void goodbye();
  keel_status broken(keel_layer_io& io, Failure f, std::string words);
  void end_handshake() noexcept;
  bool verify_peer(const Generation& g) const;
  keel_status check_trust();

  std::shared_ptr<Context> context_;
  std::shared_ptr<const Generation> generation_;  // that it has begun with, and needs to the end
  EngineIo io_;
  SslHandle ssl_;  // after io_, which it writes to
  // Few have one, and every connection would pay for it.
  std::unique_ptr<std::string> peer_name_, reason_;
  uint64_t checked_ = 0;  // serial of the generation that has last found the peer's certificate good
  uint32_t state_ = KEEL_LAYER_HANDSHAKE;
  const bool server_;
  bool handshaking_ = false, said_goodbye_ = false;
  bool busy_ = false;  // since recheck()
};

}  // namespace keel::tls
