// A session whose bytes go through a layer: see keel_layer.
#include "host/base/log.h"
#include "host/net/layer_state.h"
#include "host/net/listener.h"
#include "host/net/loop_net.h"

namespace keel::net {
namespace {

constexpr size_t kNetOut = 16 * 1024 + 512;  // one TLS record with its frame

}  // namespace

bool Session::open_layer(const keel_peer&) {
  if (listener.layer == nullptr) return true;
  layer_ = std::make_unique<LayerState>();
  layer_->layer = listener.layer;
  keel_error error{};
  if (listener.layer->open(listener.layer_context, 1, {nullptr, 0}, &layer_->handle, &error) == KEEL_OK) return true;
  base::log(base::LogLevel::kWarning, "Layer refused a connection",
            {{"layer", listener.layer->name}, {"addr", client.remote}, {"reason", {error.text, error.len}}});
  layer_.reset();
  return false;
}

void Session::layer_received(keel_str bytes) {
  LayerState& l = *layer_;
  if (!l.held.empty()) {
    l.held.append(bytes.ptr, bytes.len);
    bytes = {l.held.data(), l.held.size()};
  }
  while (!shutting_) {
    base::BlobUse out{base::Blob::make(kNetOut)};
    if (!out) return shut(false);
    keel_layer_io io{};
    io.net_in = bytes;
    io.app_out = net_.scratch();
    io.net_out = {out->data(), out->capacity()};
    const keel_status status = l.layer->step(l.handle, &io);
    l.state = io.state;
    bytes = {bytes.ptr + io.net_in_used, bytes.len - io.net_in_used};
    if (io.net_out_used > 0) {
      const exec::Piece piece{out->data(), io.net_out_used, out.get(), false};
      transmit(&piece, 1);
    }
    if (io.app_out_used > 0) {
      net_.use_scratch(io.app_out_used);
      take({io.app_out.ptr, io.app_out_used});
    }
    if (status < 0 || l.state == KEEL_LAYER_BROKEN) return shut(true);
    if (l.state == KEEL_LAYER_EOF) return peer_finished();
    const bool progress = io.net_in_used > 0 || io.app_out_used > 0 || io.net_out_used > 0;
    if (status != KEEL_FULL && (bytes.len == 0 || !progress)) break;
    if (status == KEEL_FULL && !progress) break;
  }
  l.held = bytes.len > 0 ? std::string{bytes.ptr, bytes.len} : std::string{};
}

bool Session::layer_send(const exec::Piece* pieces, size_t n, bool finish) {
  LayerState& l = *layer_;
  std::vector<exec::Piece> out;
  std::vector<base::BlobUse> blocks;
  auto step = [&](keel_str app, bool last) {
    while (true) {
      base::BlobUse block{base::Blob::make(kNetOut)};
      if (!block) return false;
      keel_layer_io io{};
      io.app_in = app;
      io.net_out = {block->data(), block->capacity()};
      io.finish = last ? 1 : 0;
      const keel_status status = l.layer->step(l.handle, &io);
      l.state = io.state;
      app = {app.ptr + io.app_in_used, app.len - io.app_in_used};
      if (io.net_out_used > 0) {
        out.push_back({block->data(), io.net_out_used, block.get(), false});
        blocks.push_back(std::move(block));
      }
      if (status < 0) return false;
      if (status != KEEL_FULL && (app.len == 0 || (io.app_in_used == 0 && io.net_out_used == 0))) return app.len == 0;
    }
  };
  bool good = true;
  for (size_t i = 0; i < n && good; ++i) good = step({pieces[i].ptr, pieces[i].len}, false);
  if (good && finish && !l.finish_sent) {
    l.finish_sent = true;
    step({nullptr, 0}, true);
  }
  if (!out.empty()) transmit(out.data(), out.size());
  return good;
}

}  // namespace keel::net
