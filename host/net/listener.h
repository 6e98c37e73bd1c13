// host/net/listener.h - an address on which connections arrive, and what they go through above their transport.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "host/net/handshakes.h"
#include "keel/transport.h"

namespace keel::net {

// Above the transport: perhaps a layer.  Every connection holds a use of the stack that it was opened with, so a
// layer's context is discarded when its listener has gone, or has another stack, and the last of those connections has
// closed.
struct Stack {
  Stack(std::string the_scheme, std::string the_words, std::string the_address = {})
      : scheme(std::move(the_scheme)), words(std::move(the_words)), address(std::move(the_address)) {}
  ~Stack() {
    if (layer != nullptr) layer->discard(context);
  }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  const std::string scheme;           // the word in the configuration: "tcp", "unix", "tls"
  const std::string words;            // all that it was made of: other words, another stack
  const std::string address;          // as the configuration says it: for the log
  const keel_layer* layer = nullptr;  // or none; set once it has been configured
  void* context = nullptr;            // the layer's
  int64_t handshake_ms = 0;           // after which a connection that is not open yet is closed; 0 = never
  mutable Handshakes handshakes;      // of its connections
};

// What a transport knows as its token: lives as long as connections can come from it.
struct Listener {
  std::string wanted_address;  // as the configuration says it
  std::string address;         // what it is bound to
  const keel_transport* transport = nullptr;
  void* handle = nullptr;  // the transport's
  // An end that its loop has not come to yet can be taken back.
  enum class State : uint8_t { kServes, kLeaves, kGone };
  std::atomic<State> state{State::kServes};
  bool turn(State from, State to) noexcept { return state.compare_exchange_strong(from, to); }

  // [any] What new connections get; nullptr = the listener is gone.
  std::shared_ptr<const Stack> stack() const {
    const std::lock_guard lock{mutex_};
    return stack_;
  }
  void set_stack(std::shared_ptr<const Stack> now) {
    const std::lock_guard lock{mutex_};
    stack_.swap(now);  // the old one goes after the lock
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Stack> stack_;
};

}  // namespace keel::net
