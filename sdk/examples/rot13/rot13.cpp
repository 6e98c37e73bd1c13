// A layer: bytes to bytes, between a transport and the protocol. This one hides nothing from anybody.
//
//   listeners: [{rot13: 127.0.0.1:7013, rot13-greeting: "13"}]
//
// Each side first sends the greeting, so that there is a handshake to get wrong.
#include <algorithm>
#include <new>
#include <string>

#include "keel/cpp/text.hpp"
#include "keel/plugin.h"
#include "keel/transport.h"

KEEL_MANIFEST(
    "name: rot13\n"
    "version: 1.0.0\n"
    "abi: 1\n"
    "provides: [layer:rot13]\n");

namespace {

struct Context {  // of one listener
  std::string greeting;
};

struct Layer {  // of one connection
  const Context* context;
  size_t sent = 0, seen = 0;  // bytes of the greeting
  bool broken = false;
};

char rotate(char c) {
  if (c >= 'a' && c <= 'z') return static_cast<char>('a' + (c - 'a' + 13) % 26);
  if (c >= 'A' && c <= 'Z') return static_cast<char>('A' + (c - 'A' + 13) % 26);
  return c;
}

// As much as fits; counts what is used on both sides.
void transform(keel_str in, size_t& in_used, keel_buf out, size_t& out_used) {
  const size_t n = std::min(in.len - in_used, out.len - out_used);
  std::transform(in.ptr + in_used, in.ptr + in_used + n, out.ptr + out_used, rotate);
  in_used += n;
  out_used += n;
}

keel_status configure(void*, const keel_pair* settings, uint32_t n, void** context, keel_error* error) noexcept {
  std::string greeting;
  for (uint32_t i = 0; i < n; ++i)
    if (keel::view(settings[i].name) == "rot13-greeting") greeting = keel::view(settings[i].value);
  if (greeting.find('\n') != std::string::npos) return keel_fail(error, KEEL_E_ARG, "a greeting is one line");
  if (context != nullptr) *context = new (std::nothrow) Context{std::move(greeting)};
  return context != nullptr && *context == nullptr ? keel_fail(error, KEEL_E_MEMORY, "out of memory") : KEEL_OK;
}

keel_status open(void* context, uint32_t, keel_str, void** layer, keel_error* error) noexcept {
  *layer = new (std::nothrow) Layer{static_cast<const Context*>(context)};
  return *layer == nullptr ? keel_fail(error, KEEL_E_MEMORY, "out of memory") : KEEL_OK;
}

keel_status step(void* layer, keel_layer_io* io) noexcept {
  auto& self = *static_cast<Layer*>(layer);
  const std::string& greeting = self.context->greeting;
  io->net_in_used = io->app_out_used = io->app_in_used = io->net_out_used = 0;

  const size_t n = std::min(greeting.size() - self.sent, io->net_out.len);
  std::copy_n(greeting.data() + self.sent, n, io->net_out.ptr);
  self.sent += n;
  io->net_out_used = n;

  while (!self.broken && self.seen < greeting.size() && io->net_in_used < io->net_in.len)
    self.broken = io->net_in.ptr[io->net_in_used++] != greeting[self.seen++];
  // An end in the middle of the greeting is none of ours.
  self.broken = self.broken || (io->net_ended != 0 && self.seen < greeting.size());
  if (self.broken) {
    io->state = KEEL_LAYER_BROKEN;
    return KEEL_E_DATA;
  }
  const bool open = self.seen == greeting.size() && self.sent == greeting.size();
  io->state = open ? KEEL_LAYER_OPEN : KEEL_LAYER_HANDSHAKE;
  if (self.sent < greeting.size()) return KEEL_FULL;
  if (!open) return KEEL_PENDING;  // app_in waits until the peer has greeted

  transform(io->net_in, io->net_in_used, io->app_out, io->app_out_used);
  transform(io->app_in, io->app_in_used, io->net_out, io->net_out_used);
  if (io->net_ended != 0 && io->net_in_used == io->net_in.len) io->state = KEEL_LAYER_EOF;  // no goodbye is needed
  return io->net_in_used < io->net_in.len || io->app_in_used < io->app_in.len ? KEEL_FULL : KEEL_OK;
}

constexpr keel_option kListenerOptions[] = {
    {"rot13-greeting", "13", "What each side says first.", KEEL_OPTION_STRING, 0, 0, 64, nullptr, nullptr}, {}};

constexpr keel_layer kLayer = {
    .head = {sizeof(keel_layer), 0},
    .name = "rot13",
    .below = "tcp",
    .listener_options = kListenerOptions,
    .configure = configure,
    .open = open,
    .step = step,
    .query = nullptr,
    .close = [](void* layer) noexcept { delete static_cast<Layer*>(layer); },
    .reload = nullptr,
    .discard = [](void* context) noexcept { delete static_cast<Context*>(context); },
    .recheck = nullptr,
};

keel_status create(const keel_host*, void** self, keel_error*) noexcept {
  *self = nullptr;
  return KEEL_OK;
}
keel_status setup(void* self, keel_registrar* r, keel_error* error) noexcept {
  return r->extension(r, KEEL_LAYER, &kLayer, self, error);
}
constexpr const char* kProvides[] = {"layer:rot13", nullptr};

}  // namespace

const keel_plugin keel_plugin_v1 = {
    KEEL_MAGIC, sizeof(keel_plugin), KEEL_ABI_MAJOR, "rot13", "1.0.0", "MIT",   "A layer, as an example",
    nullptr,    kProvides,           create,         setup,   nullptr, nullptr, nullptr};
