// A layer: bytes to bytes, between a transport and the protocol. This one hides nothing from anybody.
//
//   listeners: [{rot13: 127.0.0.1:7013, greeting: "13"}]
//
// Each side first sends the greeting, so that there is a handshake to get wrong. A listener that names none takes that
// of the option rot13-greeting: the host sees to it.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>
#include <new>
#include <string>

#include "keel/cpp/text.hpp"
#include "keel/info.h"
#include "keel/plugin.h"
#include "keel/transport.h"

KEEL_MANIFEST(
    "name: rot13\n"
    "version: 1.0.0\n"
    "abi: 1\n"
    "provides: [layer:rot13]\n");

namespace {

struct Plugin {
  // Written by loops, read by the executor.
  std::atomic<uint64_t> connections{0}, failed{0}, bytes{0}, reloads{0};

  void ban(keel::Str greeting) {
    const std::lock_guard lock{mutex_};
    banned_ = greeting;
  }
  bool bans(const std::string& greeting) const {
    const std::lock_guard lock{mutex_};
    return !banned_.empty() && greeting == banned_;
  }

 private:
  mutable std::mutex mutex_;
  std::string banned_;
};

struct Context {  // of one listener
  Plugin* plugin;
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

keel_status configure(void* self, const keel_pair* settings, uint32_t n, void** context, keel_error* error) noexcept {
  std::string greeting;
  for (uint32_t i = 0; i < n; ++i)
    if (keel::view(settings[i].name) == "greeting") greeting = keel::view(settings[i].value);
  if (greeting.find('\n') != std::string::npos) return keel_fail(error, KEEL_E_ARG, "a greeting is one line");
  if (context != nullptr) *context = new (std::nothrow) Context{static_cast<Plugin*>(self), std::move(greeting)};
  return context != nullptr && *context == nullptr ? keel_fail(error, KEEL_E_MEMORY, "out of memory") : KEEL_OK;
}

keel_status open(void* context, uint32_t, keel_str, void** layer, keel_error* error) noexcept {
  const auto* of = static_cast<const Context*>(context);
  *layer = new (std::nothrow) Layer{of};
  of->plugin->connections.fetch_add(1, std::memory_order_relaxed);
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
    self.context->plugin->failed.fetch_add(1, std::memory_order_relaxed);
    io->state = KEEL_LAYER_BROKEN;
    return KEEL_E_DATA;
  }
  const bool open = self.seen == greeting.size() && self.sent == greeting.size();
  io->state = open ? KEEL_LAYER_OPEN : KEEL_LAYER_HANDSHAKE;
  if (self.sent < greeting.size()) return KEEL_FULL;
  if (!open) return KEEL_PENDING;  // app_in waits until the peer has greeted

  transform(io->net_in, io->net_in_used, io->app_out, io->app_out_used);
  transform(io->app_in, io->app_in_used, io->net_out, io->net_out_used);
  self.context->plugin->bytes.fetch_add(io->app_out_used + io->app_in_used, std::memory_order_relaxed);
  if (io->net_ended != 0 && io->net_in_used == io->net_in.len) io->state = KEEL_LAYER_EOF;  // no goodbye is needed
  return io->net_in_used < io->net_in.len || io->app_in_used < io->app_in.len ? KEEL_FULL : KEEL_OK;
}

// The host asks when a handshake has failed, for its log.
keel_status query(void* layer, const char* what, keel_buf out, size_t* len) noexcept {
  constexpr keel::Str kReason = "the peer does not greet as it should";
  if (std::strcmp(what, "reason") != 0 || !static_cast<Layer*>(layer)->broken) return KEEL_ABSENT;
  if (out.len < kReason.size()) return KEEL_FULL;
  std::copy_n(kReason.data(), kReason.size(), out.ptr);
  *len = kReason.size();
  return KEEL_OK;
}

// There is no file to read again: only counts that somebody has asked.
keel_status reload(void* context, keel_error*) noexcept {
  static_cast<Context*>(context)->plugin->reloads.fetch_add(1, std::memory_order_relaxed);
  return KEEL_OK;
}

keel_status recheck(void* layer) noexcept {
  const Context& context = *static_cast<Layer*>(layer)->context;
  return context.plugin->bans(context.greeting) ? KEEL_E_ARG : KEEL_OK;
}

void write_info(void* self, keel_info_sink* sink) noexcept {
  const auto& plugin = *static_cast<Plugin*>(self);
  const auto field = [&](keel::Str name, uint64_t value) {
    const keel::NumberText text(value);
    sink->field(sink, keel::str(name), keel::str(text));
  };
  field("rot13_connections", plugin.connections);
  field("rot13_failed_handshakes", plugin.failed);
  field("rot13_bytes", plugin.bytes);
  field("rot13_reloads", plugin.reloads);
}
constexpr keel_info_section kInfo = {.head = {sizeof(keel_info_section), 0}, .name = "rot13", .write = write_info};

constexpr keel_option kOptions[] = {
    {"rot13-greeting", "13", "What each side says first, where a listener does not say it.", KEEL_OPTION_STRING,
     KEEL_OPTION_MUTABLE, 0, 64, nullptr, nullptr},
    {"rot13-max-handshakes", "1000", "Greetings at the same time, where a listener does not say it.",
     KEEL_OPTION_INTEGER, KEEL_OPTION_MUTABLE, 1, 1'000'000, nullptr, nullptr},
    {"rot13-banned", "", "A greeting that counts no more: open connections that have said it are closed.",
     KEEL_OPTION_STRING, KEEL_OPTION_MUTABLE, 0, 64, nullptr,
     [](void* self, keel_str value, keel_error*) noexcept -> keel_status {
       static_cast<Plugin*>(self)->ban(keel::view(value));
       return KEEL_OK;
     }}};

constexpr keel_option kListenerOptions[] = {
    {"greeting", "13", "What each side says first.", KEEL_OPTION_STRING, 0, 0, 64, nullptr, nullptr}, {}};

constexpr keel_layer kLayer = {
    .head = {sizeof(keel_layer), 0},
    .name = "rot13",
    .below = "tcp",
    .listener_options = kListenerOptions,
    .configure = configure,
    .open = open,
    .step = step,
    .query = query,
    .close = [](void* layer) noexcept { delete static_cast<Layer*>(layer); },
    .reload = reload,
    .discard = [](void* context) noexcept { delete static_cast<Context*>(context); },
    .recheck = recheck,
};

keel_status create(const keel_host*, void** self, keel_error* error) noexcept {
  *self = new (std::nothrow) Plugin;
  return *self == nullptr ? keel_fail(error, KEEL_E_MEMORY, "out of memory") : KEEL_OK;
}
keel_status setup(void* self, keel_registrar* r, keel_error* error) noexcept {
  keel_status status = r->options(r, kOptions, std::size(kOptions), sizeof kOptions[0], error);
  if (status == KEEL_OK) status = r->extension(r, KEEL_LAYER, &kLayer, self, error);
  return status != KEEL_OK ? status : r->extension(r, KEEL_INFO_SECTION, &kInfo, self, error);
}
void destroy(void* self) noexcept {
  delete static_cast<Plugin*>(self);
}
constexpr const char* kProvides[] = {"layer:rot13", nullptr};

}  // namespace

const keel_plugin keel_plugin_v1 = {
    KEEL_MAGIC, sizeof(keel_plugin), KEEL_ABI_MAJOR, "rot13", "1.0.0", "MIT",   "A layer, as an example",
    nullptr,    kProvides,           create,         setup,   nullptr, nullptr, destroy};
