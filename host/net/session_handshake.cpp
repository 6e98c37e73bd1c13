// The beginning of a session with a layer: from the first bytes of the peer until the layer is open, or has failed.
#include <array>

#include "host/base/log.h"
#include "host/net/layer_state.h"
#include "host/net/loop_net.h"

namespace keel::net {
namespace {

// Of a connection that has to wait: whoever shakes hands waits for an answer before it says more.
constexpr size_t kMostFirstBytes = 32 * 1024;
constexpr size_t kMostReason = 512;

}  // namespace

HandshakePlace* Session::handshake_place() const noexcept {
  return layer_ == nullptr ? nullptr : &layer_->place;
}

bool Session::handshake_overdue(int64_t now_ms) const noexcept {
  if (layer_ == nullptr || layer_->state != KEEL_LAYER_HANDSHAKE || stack->handshake_ms == 0 || close_called_)
    return false;
  const HandshakePlace& place = layer_->place;
  if (place.at == HandshakePlace::At::kWaits) return false;  // that is our fault
  return now_ms - (said_nothing() ? client.created_ms : place.began_ms) > stack->handshake_ms;
}

bool Session::said_nothing() const noexcept {
  return layer_ != nullptr && layer_->place.at == HandshakePlace::At::kNowhere;
}

// Nothing of the layer is there before the peer has sent something: connections that stay silent cost nothing else.
// False = there is nothing to step yet.
bool Session::layer_begun(keel_str bytes, bool ended) {
  LayerState& l = *layer_;
  if (l.handle != nullptr) {
    if (!ended) net_.gate().heard(*this, net_.now_ms());
    return true;
  }
  const bool waits = l.place.at == HandshakePlace::At::kWaits;
  if (ended) {
    if (waits) handshake_failed(base::LogLevel::kVerbose, "the peer went away while it waited for others");
    l.peer_done = true;
    l.waiting.clear();
    l.held.clear();
    net_.gate().leave(*this);
    peer_finished();
    return false;
  }
  if (!waits && net_.gate().enter(*this, net_.now_ms())) return open_layer();
  l.held.append(bytes.ptr, bytes.len);
  if (l.held.size() > kMostFirstBytes) {
    give_up("it sent too much before it was answered");
    return false;
  }
  pause_input(true);
  return false;
}

void Session::begin_late() {
  const std::string first = std::move(layer_->held);
  layer_->held.clear();
  pause_input(false);
  if (open_layer()) layer_received({first.data(), first.size()}, false);
}

bool Session::open_layer() {
  LayerState& l = *layer_;
  keel_error error{};
  if (l.layer->open(stack->context, 1, {nullptr, 0}, &l.handle, &error) == KEEL_OK) return true;
  l.handle = nullptr;
  handshake_failed(base::LogLevel::kWarning, {error.text, error.len});
  l.state = KEEL_LAYER_BROKEN;
  l.waiting.clear();
  shut(false);
  return false;
}

// One line for each handshake that fails, whoever sees it first. A layer that has seen nothing wrong is not asked why.
void Session::handshake_failed(base::LogLevel level, std::string_view why) {
  LayerState& l = *layer_;
  if (std::exchange(l.failure_told, true) || !base::log_enabled(level)) return;
  const std::string said = l.broken() ? layer_reason() : std::string{};
  if (!said.empty()) why = said;
  base::log(level, "Handshake failed",
            {{"addr", client.remote}, {"listener", stack->scheme + " " + stack->address}, {"reason", why}});
}

// What the layer says itself; empty = nothing.
std::string Session::layer_reason() const {
  const LayerState& l = *layer_;
  std::array<char, kMostReason> said;
  size_t len = 0;
  const bool answered = l.handle != nullptr && l.layer->query != nullptr &&
                        l.layer->query(l.handle, "reason", {said.data(), said.size()}, &len) == KEEL_OK;
  return answered && len <= said.size() ? std::string{said.data(), len} : std::string{};
}

void Session::give_up(std::string_view why) {
  handshake_failed(base::LogLevel::kNotice, why);
  layer_->waiting.clear();
  shut(false);
}

void Session::connection_lost() {
  if (layer_ == nullptr) return;
  if (layer_->state == KEEL_LAYER_HANDSHAKE && !close_called_ && layer_->place.at != HandshakePlace::At::kNowhere)
    handshake_failed(base::LogLevel::kVerbose, "the connection broke");
  net_.gate().leave(*this);
}

void Session::recheck() {
  if (layer_ == nullptr || layer_->state != KEEL_LAYER_OPEN || layer_->layer->recheck == nullptr || close_called_ ||
      layer_->layer->recheck(layer_->handle) >= 0)
    return;
  base::log(base::LogLevel::kNotice, "Closing client: what its peer has proved holds no longer",
            {{"addr", client.remote}, {"listener", stack->scheme + " " + stack->address}, {"reason", layer_reason()}});
  shut(false);
}

}  // namespace keel::net
