// A session whose bytes go through a layer: see keel_layer.
//
// Replies wait as they are until the transport has taken what the layer made of earlier ones, so that a big value is
// not held twice, and a handshake or anything else that the layer waits for holds back replies, but loses none.
#include <array>
#include <cstring>

#include "host/base/log.h"
#include "host/net/layer_state.h"
#include "host/net/loop_net.h"

namespace keel::net {
namespace {

constexpr size_t kMostBlocks = 16;         // of the layer's output, given to the transport at once
constexpr size_t kMostHeld = 1024 * 1024;  // bytes of the peer with which a layer can do nothing yet
constexpr size_t kMostIdentity = 1024;

}  // namespace

// What the layer has made for the peer, on its way.
class Session::Outgoing {
 public:
  explicit Outgoing(Session& s) noexcept : session_(s) {}
  ~Outgoing() { flush(); }
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  void add(base::BlobUse block, size_t n) {
    // Blocks that have to wait are cut to size: a few bytes shall not hold the room of many.
    if (session_.tx_busy_ && n < block->capacity() / 2) {
      base::BlobUse fitting{base::Blob::make(n)};
      if (fitting) {
        std::memcpy(fitting->data(), block->data(), n);
        std::swap(block, fitting);
        session_.net_.give_layer_block(std::move(fitting));
      }
    }
    const char* const bytes = block->data();
    pieces_[count_++] = {bytes, n, block.give(), false};
    if (count_ == kMostBlocks) flush();
  }
  void flush() {
    const size_t n = std::exchange(count_, 0);
    if (n == 0) return;
    session_.transmit(pieces_.data(), n);
    for (size_t i = 0; i < n; ++i) session_.net_.give_layer_block(base::BlobUse{pieces_[i].block});
  }

 private:
  Session& session_;
  std::array<exec::Piece, kMostBlocks> pieces_;  // each with the use of its block; not touched before it is needed
  size_t count_ = 0;
};

// Steps the layer as far as it goes: bytes of the peer and replies in, commands and bytes for the peer out. `incoming`:
// there is `in`, of which it leaves the rest, or its end.
void Session::step_layer(keel_str& in, bool ended, bool incoming) {
  LayerState& l = *layer_;
  if (l.handle == nullptr) return;  // the peer has said nothing yet
  Outgoing outgoing{*this};
  while (!closed && !close_called_ && !l.broken()) {
    const keel_buf room = incoming ? net_.scratch() : keel_buf{};  // the executor may run for it
    if (close_called_ || l.broken()) return;
    base::BlobUse out = net_.take_layer_block();
    if (!out) return shut(false);
    const bool may_send = !tx_busy_ && !l.waiting.empty();
    keel_layer_io io{};
    io.net_in = in;
    io.net_ended = ended ? 1 : 0;
    io.app_out = room;
    if (may_send) io.app_in = {l.waiting.front().ptr, l.waiting.front().len};
    io.net_out = {out->data(), out->capacity()};
    io.finish = l.finishing && l.waiting.empty() ? 1 : 0;
    const keel_status status = l.layer->step(l.handle, &io);
    const bool handshook = l.state == KEEL_LAYER_HANDSHAKE && status >= 0 && io.state != KEEL_LAYER_HANDSHAKE;
    l.state = status < 0 ? static_cast<uint32_t>(KEEL_LAYER_BROKEN) : io.state;
    in = {in.ptr + io.net_in_used, in.len - io.net_in_used};
    l.waiting.taken(io.app_in_used);
    const bool progress = io.net_in_used > 0 || io.app_out_used > 0 || io.app_in_used > 0 || io.net_out_used > 0;
    if (io.net_out_used > 0)
      outgoing.add(std::move(out), io.net_out_used);
    else
      net_.give_layer_block(std::move(out));
    if (l.place.at != HandshakePlace::At::kNowhere && l.state != KEEL_LAYER_HANDSHAKE) net_.gate().leave(*this);
    if (handshook && !l.broken()) {
      l.opened = true;
      introduce();
    }
    if (io.app_out_used > 0 && !shutting_) {
      net_.use_scratch(io.app_out_used);
      outgoing.flush();  // what the executor answers now comes behind it
      take({io.app_out.ptr, io.app_out_used});
    }
    // The last reply has gone with this step, so the goodbye needs another.
    const bool goodbye_due = l.finishing && l.waiting.empty() && io.finish == 0;
    const bool more = in.len > 0 || (!tx_busy_ && !l.waiting.empty()) || goodbye_due;
    if (!progress || (status != KEEL_FULL && !more)) return;
  }
}

void Session::layer_received(keel_str bytes, bool ended) {
  LayerState& l = *layer_;
  if (l.broken() || l.peer_done || (shutting_ && l.waiting.empty())) return;
  if (!layer_begun(bytes, ended)) return;
  const bool appended = !l.held.empty();
  if (appended) {
    l.held.append(bytes.ptr, bytes.len);
    bytes = {l.held.data(), l.held.size()};
  }
  step_layer(bytes, ended, true);
  if (closed || close_called_) return;
  if (!l.opened && (ended || l.broken()))
    handshake_failed(ended ? base::LogLevel::kVerbose : base::LogLevel::kNotice,
                     ended ? "the peer went away" : "the layer cannot read what the peer sends");
  else if (l.broken())
    base::log(base::LogLevel::kVerbose,
              ended ? "Connection ended without the goodbye of its layer" : "Layer cannot read what a client sends",
              {{"layer", l.layer->name}, {"addr", client.remote}});
  if (l.broken() || (ended && l.state == KEEL_LAYER_HANDSHAKE)) l.waiting.clear();
  if (ended || l.broken() || l.state == KEEL_LAYER_EOF) {
    l.peer_done = true;
    l.held.clear();
    return peer_finished();  // what came whole is still answered, where the layer can
  }
  if (bytes.len == 0)
    l.held = {};  // an idle connection holds nothing
  else if (appended)
    l.held.erase(0, l.held.size() - bytes.len);
  else
    l.held.assign(bytes.ptr, bytes.len);
  if (l.held.size() > kMostHeld) {
    base::log(base::LogLevel::kWarning, "Layer reads nothing of what a client sends",
              {{"layer", l.layer->name}, {"addr", client.remote}});
    return shut(false);
  }
  if (shutting_) shut(flush_);  // which has waited for this
}

void Session::layer_send(const exec::Piece* pieces, size_t n) {
  LayerState& l = *layer_;
  if (l.broken()) return;  // nobody could read it
  for (size_t i = 0; i < n; ++i) l.waiting.add(pieces[i]);
  layer_go_on();
}

void Session::layer_go_on() {
  keel_str nothing{nullptr, 0};
  step_layer(nothing, false, false);
  if (closed || close_called_) return;
  if (layer_->broken() && !layer_->peer_done) {
    if (!layer_->opened) handshake_failed(base::LogLevel::kNotice, "the layer gave up");
    return shut(false);
  }
  publish_output();
  check_output_limits(net_.now_ms());
}

// The layer's part in an end. True = there is nothing to wait for.
bool Session::layer_finish(bool flush) {
  LayerState& l = *layer_;
  if (l.broken()) return true;
  const bool idle = l.waiting.empty();
  if (l.state == KEEL_LAYER_HANDSHAKE && idle) return true;
  // A goodbye behind an answer that is cut would call it whole.
  if (!flush && (!idle || tx_busy_)) return true;
  if (!std::exchange(l.finishing, true) || !idle) {
    keel_str nothing{nullptr, 0};
    step_layer(nothing, false, false);
  }
  return !flush || l.waiting.empty() || l.broken();
}

// The layer knows the peer now. The name is the executor's, so it gets it with the turn, before any command.
void Session::introduce() {
  const keel_layer& layer = *layer_->layer;
  if (layer.query == nullptr) return;
  std::array<char, kMostIdentity> name;
  size_t len = 0;
  const keel_status status = layer.query(layer_->handle, "identity", {name.data(), name.size()}, &len);
  if (status == KEEL_ABSENT) return;
  if (status == KEEL_OK && len <= name.size() && std::memchr(name.data(), '\0', len) == nullptr) {
    if (len > 0) net_.introduce(*this, {name.data(), len});
    return;
  }
  base::log(base::LogLevel::kWarning, "The name of a peer is too long, or makes no sense: it counts as none",
            {{"layer", layer.name}, {"addr", client.remote}});
}

}  // namespace keel::net
