// The sending half of a session.
#include <array>

#include "host/base/log.h"
#include "host/net/layer_state.h"
#include "host/net/loop_net.h"

namespace keel::net {

void Session::send(const exec::Piece* pieces, size_t n) {
  if (n == 0 || closed || shutting_) return;
  // A turn's replies count as a whole, however fast the client reads: it asked for more than it may.
  const int64_t hard = net_.settings().client_output_buffer_limit[base::kClientNormal].hard_bytes;
  if (hard > 0) {
    size_t bytes = output_bytes();
    for (size_t i = 0; i < n; ++i) bytes += pieces[i].len;
    if (static_cast<int64_t>(bytes) >= hard) return end_for_output(bytes);
  }
  layer_ ? layer_send(pieces, n) : transmit(pieces, n);
}

size_t Session::output_bytes() const noexcept {
  return (out_ ? out_->bytes : 0) + (layer_ ? layer_->waiting.bytes() : 0);
}

void Session::publish_output() noexcept {
  const size_t pieces =
      (out_ ? out_->under_way.size() + out_->waiting.size() : 0) + (layer_ ? layer_->waiting.size() : 0);
  client.traffic.output.store(output_bytes(), std::memory_order_relaxed);
  client.traffic.output_pieces.store(static_cast<uint32_t>(pieces), std::memory_order_relaxed);
}

void Session::send_text(std::string_view text) {
  base::BlobUse block{base::Blob::make(text.size())};
  if (!block) return shut(false);
  std::memcpy(block->data(), text.data(), text.size());
  const exec::Piece piece{block->data(), text.size(), block.get(), false};
  send(&piece, 1);
}

void Session::hold(std::vector<exec::Piece>& to, const exec::Piece* pieces, size_t n) {
  for (size_t i = 0; i < n; ++i) {
    if (pieces[i].len == 0) continue;
    pieces[i].block->add_user();
    to.push_back(pieces[i]);
    out_->bytes += pieces[i].len;
  }
  publish_output();
}

void Session::release(std::vector<exec::Piece>& pieces) noexcept {
  for (const exec::Piece& p : pieces) p.block->drop();
  pieces.clear();
}

void Session::transmit(const exec::Piece* pieces, size_t n) {
  if (closed || close_called_) return;
  if (tx_busy_) {
    hold(out_->waiting, pieces, n);
    check_output_limits(net_.now_ms());
    return;
  }
  std::array<keel_str, 64> few;
  std::vector<keel_str> many;
  keel_str* iov = few.data();
  if (n > few.size()) {
    many.resize(n);
    iov = many.data();
  }
  uint32_t parts = 0;
  size_t bytes = 0;
  for (size_t i = 0; i < n; ++i) {
    if (pieces[i].len == 0) continue;
    iov[parts++] = {pieces[i].ptr, pieces[i].len};
    bytes += pieces[i].len;
  }
  if (parts == 0) return;
  net_.count_output(bytes);
  const keel_status status = transport.tx(conn_, iov, parts);
  if (status == KEEL_OK) return;
  if (status < 0) return shut(false);
  tx_busy_ = true;
  if (!out_) out_ = std::make_unique<Out>();
  hold(out_->under_way, pieces, n);
  check_output_limits(net_.now_ms());
}

void Session::sent() {
  tx_busy_ = false;
  if (out_) {
    release(out_->under_way);
    out_->bytes = 0;
    if (!out_->waiting.empty()) {
      std::vector<exec::Piece> next;
      next.swap(out_->waiting);
      transmit(next.data(), next.size());
      release(next);
    }
    if (!tx_busy_) {
      out_.reset();
      publish_output();
    }
  }
  if (layer_ && !tx_busy_ && !layer_->waiting.empty()) layer_go_on();
  if (shutting_ && !tx_busy_) shut(flush_);
}

void Session::check_output_limits(int64_t now_ms) {
  if (output_bytes() == 0 || close_called_) return;
  if (!out_) out_ = std::make_unique<Out>();
  const auto& limit = net_.settings().client_output_buffer_limit[base::kClientNormal];
  const auto bytes = static_cast<int64_t>(output_bytes());
  constexpr int64_t kMostBeforeAuth = 64 * 1024;
  bool over = (limit.hard_bytes > 0 && bytes >= limit.hard_bytes) || (!client.authenticated && bytes > kMostBeforeAuth);
  if (limit.soft_bytes > 0 && bytes >= limit.soft_bytes) {
    if (out_->soft_since_ms == 0) out_->soft_since_ms = now_ms;
    over = over || now_ms - out_->soft_since_ms > limit.soft_seconds * 1000;
  } else {
    out_->soft_since_ms = 0;
  }
  if (over) end_for_output(static_cast<size_t>(bytes));
}

void Session::end_for_output(size_t bytes) {
  base::log(base::LogLevel::kWarning, "Client closed for overcoming of output buffer limits",
            {{"addr", client.remote}, {"bytes", std::to_string(bytes)}});
  net_.executor().stats.output_buffer_limit_disconnections.fetch_add(1, std::memory_order_relaxed);
  shut(false);
}

void Session::shut(bool flush) {
  if (closed) return;
  if (close_called_) {  // an end that is still flushing can be cut short
    if (flush || !flush_) return;
    flush_ = false;
    return transport.close(conn_, KEEL_CLOSE_NOW);
  }
  client.closing.store(true, std::memory_order_relaxed);
  flush_ = flush && (flush_ || !shutting_);
  shutting_ = true;
  if (layer_ && !layer_finish(flush_)) return;        // comes back when the layer has taken all
  if (close_called_ || (flush_ && tx_busy_)) return;  // sent() comes back here
  close_called_ = true;
  if (layer_) net_.gate().leave(*this);
  transport.close(conn_, flush_ ? KEEL_CLOSE_FLUSH : KEEL_CLOSE_NOW);
}

}  // namespace keel::net
