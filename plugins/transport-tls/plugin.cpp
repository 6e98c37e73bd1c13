// The layer "tls" over any transport, and the directives tls-*.
#include "keel/plugin.h"

#include <cstring>
#include <ctime>
#include <new>

#include "context.h"
#include "engine.h"
#include "info.h"
#include "keel/cpp/text.hpp"
#include "keel/loop.h"
#include "listeners.h"
#include "outcome.h"
#include "watch.h"

KEEL_MANIFEST(
    "name: transport-tls\nversion: 1.0.0\nabi: 1\nneeds: [keel.loop/1]\nprovides: [layer:tls, info:tls]\n"
    "directives: [tls-*]\n");

namespace keel::tls {
namespace {

using ContextUse = std::shared_ptr<Context>;
const keel_host* g_host = nullptr;
const keel_loops* g_loops = nullptr;

keel_status refuse(keel_error* e, const std::string& sentence) {
  return keel_fail(e, KEEL_E_ARG, sentence.c_str());
}

keel_status configure(void*, const keel_pair* settings, uint32_t n, void** context, keel_error* e) noexcept {
  std::string error;
  Settings wanted = settings_of(settings, n);
  if (context == nullptr) {  // to be checked, no more
    const std::unique_ptr<Context> made = Context::make(std::move(wanted), nullptr, error);
    if (!made) return refuse(e, error);
    const std::string doubts = doubts_about(made->settings, *made->generation(), std::time(nullptr));
    return doubts.empty() ? KEEL_OK : refuse(e, doubts);
  }
  const ContextUse now = present(wanted.address);
  const auto before = now ? now->generation() : nullptr;
  std::unique_ptr<Context> made = Context::make(std::move(wanted), before.get(), error);
  if (!made) return refuse(e, error);
  warn_of_doubts(g_host, *made);
  auto use = std::make_unique<ContextUse>(std::move(made));
  add_listener(*use);
  *context = use.release();
  return KEEL_OK;
}

void discard(void* context) noexcept {
  const std::unique_ptr<ContextUse> use{static_cast<ContextUse*>(context)};
  remove_listener(use->get());
}

keel_status reload(void* context, keel_error* e) noexcept {
  Context& c = **static_cast<ContextUse*>(context);
  std::string error;
  const auto outcome = c.reload(true, error);
  report(g_host, c, outcome, error);
  return outcome == Context::Outcome::kRefused ? refuse(e, error) : KEEL_OK;
}

keel_status open(void* context, uint32_t server, keel_str peer_name, void** layer, keel_error* e) noexcept {
  *layer = new (std::nothrow) Engine{*static_cast<ContextUse*>(context), server != 0, view(peer_name)};
  return *layer != nullptr ? KEEL_OK : keel_fail(e, KEEL_E_MEMORY, "out of memory");
}

keel_status query(void* layer, const char* what, keel_buf out, size_t* len) noexcept {
  const Engine& engine = *static_cast<Engine*>(layer);
  const Str question{what};
  const std::string answer = question == "identity" ? engine.identity() : question == "reason" ? engine.reason() : "";
  *len = answer.size();
  if (answer.empty()) return KEEL_ABSENT;
  if (answer.size() > out.len) return KEEL_FULL;
  std::memcpy(out.ptr, answer.data(), answer.size());
  return KEEL_OK;
}

constexpr keel_layer kLayer = {
    .head = {sizeof(keel_layer), 0},
    .name = "tls",
    .below = "tcp",
    .listener_options = nullptr,
    .configure = configure,
    .open = open,
    .step = [](void* layer, keel_layer_io* io) noexcept { return static_cast<Engine*>(layer)->step(*io); },
    .query = query,
    .close = [](void* layer) noexcept { delete static_cast<Engine*>(layer); },
    .reload = reload,
    .discard = discard,
    .recheck = [](void* layer) noexcept { return static_cast<Engine*>(layer)->recheck(); },
};

const keel_layer* layer_table() {
  static keel_layer table = kLayer;
  table.listener_options = listener_rows();
  return &table;
}

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  g_host = host;
  g_loops = static_cast<const keel_loops*>(host->service(host, KEEL_LOOPS));
  *self = nullptr;
  return KEEL_OK;
}

keel_status setup(void* self, keel_registrar* r, keel_error* e) noexcept {
  keel_status status = r->options(r, server_rows(), server_row_count(), sizeof(keel_option), e);
  if (status == KEEL_OK) status = r->extension(r, KEEL_LAYER, layer_table(), self, e);
  if (status == KEEL_OK) status = r->extension(r, KEEL_INFO_SECTION, &kInfoSection, self, e);
  return status;
}

keel_status start(void*, keel_error*) noexcept {
  start_watch(g_host, g_loops);
  return KEEL_OK;
}

constexpr keel_need kNeeds[] = {{KEEL_LOOPS, 0, 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"layer:tls", "info:tls", nullptr};

}  // namespace
}  // namespace keel::tls

const keel_plugin keel_plugin_v1 = {KEEL_MAGIC,
                                    sizeof(keel_plugin),
                                    KEEL_ABI_MAJOR,
                                    "transport-tls",
                                    "1.0.0",
                                    "Apache-2.0",
                                    "TLS over TCP and Unix domain sockets, by OpenSSL",
                                    keel::tls::kNeeds,
                                    keel::tls::kProvides,
                                    keel::tls::create,
                                    keel::tls::setup,
                                    keel::tls::start,
                                    nullptr,
                                    nullptr};
