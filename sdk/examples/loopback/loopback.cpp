// A transport without a socket: `listen` on a name, `dial` to it, and bytes go from loop to loop inside the process.
//
//   listeners: [{loopback: tests}]
#include <cerrno>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "keel/cpp/text.hpp"
#include "keel/plugin.h"
#include "pipe.h"

KEEL_MANIFEST(
    "name: loopback\n"
    "version: 1.0.0\n"
    "abi: 1\n"
    "needs: [keel.loop/1, keel.session/1]\n"
    "provides: [transport:loopback]\n");

namespace loopback {
namespace {

struct Listener {
  std::string name;
  bool serving = false;   // under g_lock, as the map
  void* token = nullptr;  // the host's
};
std::mutex g_lock;
std::map<std::string, std::shared_ptr<Listener>, std::less<>> g_listeners;

// A dial under way: to the server's loop and back.
struct Dial {
  keel_task task{};  // first
  Pair* pair = nullptr;
  std::shared_ptr<Listener> listener{};
  void* token = nullptr;
  void (*failed)(void*, int32_t) noexcept = nullptr;
  bool refused = false;
};
Dial& dial_of(keel_task* task) {
  return *reinterpret_cast<Dial*>(task);
}

keel_peer describe(const Listener& listener) {
  keel_peer peer{};
  peer.size = sizeof peer;
  peer.flags = KEEL_PEER_LOCAL;
  peer.remote = peer.local = keel::str(listener.name);
  peer.fd = -1;
  return peer;
}

void at_client(keel_task* task) noexcept {
  const std::unique_ptr<Dial> dial{&dial_of(task)};
  End& end = dial->pair->client;
  if (dial->refused) {
    end.refuse();
    dial->failed(dial->token, -ECONNREFUSED);
    return;
  }
  end.open(dial->token, describe(*dial->listener));
}

void at_server(keel_task* task) noexcept {
  Dial& dial = dial_of(task);
  bool serving = false;
  {
    const std::lock_guard lock{g_lock};
    serving = dial.listener->serving;
  }
  End& end = dial.pair->server;
  keel_loop* client_loop = dial.pair->client.loop();
  if (serving) {
    dial.refused = !end.open(dial.listener->token, describe(*dial.listener));
  } else {
    dial.refused = true;
    end.refuse();
  }
  dial.task.run = at_client;
  g_services.loops->post(client_loop, &dial.task);
}

keel_status listen(void*, keel_str address, const keel_pair*, uint32_t, void** listener, keel_error* error) noexcept
    try {
  if (address.len == 0) return keel_fail(error, KEEL_E_ARG, "a loopback listener needs a name");
  const std::lock_guard lock{g_lock};
  if (g_listeners.contains(keel::view(address))) return keel_fail(error, KEEL_E_BUSY, "somebody listens on that name");
  if (listener == nullptr) return KEEL_OK;  // a check
  auto made = std::make_shared<Listener>(Listener{std::string{keel::view(address)}});
  g_listeners.emplace(made->name, made);
  *listener = made.get();
  return KEEL_OK;
} catch (const std::bad_alloc&) {
  return keel_fail(error, KEEL_E_MEMORY, "out of memory");
}

keel_status serve(void* listener, keel_loop*, void* token) noexcept {
  const std::lock_guard lock{g_lock};
  static_cast<Listener*>(listener)->token = token;
  static_cast<Listener*>(listener)->serving = true;
  return KEEL_OK;
}

keel_str address(void* listener) noexcept {
  return keel::str(static_cast<Listener*>(listener)->name);
}

void shut(void* listener) noexcept {
  const std::lock_guard lock{g_lock};
  static_cast<Listener*>(listener)->serving = false;
  g_listeners.erase(std::string{static_cast<Listener*>(listener)->name});  // dials under way hold it a little longer
}

keel_status dial(void*, keel_loop* loop, keel_str to, void* token, void (*failed)(void*, int32_t) noexcept,
                 keel_error* error) noexcept try {
  auto dial = std::make_unique<Dial>();
  {
    const std::lock_guard lock{g_lock};
    const auto found = g_listeners.find(keel::view(to));
    if (found == g_listeners.end() || !found->second->serving)
      return keel_fail(error, KEEL_E_IO, "nobody listens on that name");
    dial->listener = found->second;
  }
  dial->pair = std::make_unique<Pair>(loop, g_services.loops->assign()).release();
  dial->token = token;
  dial->failed = failed;
  dial->task.run = at_server;
  Dial& away = *dial.release();
  g_services.loops->post(away.pair->server.loop(), &away.task);
  return KEEL_OK;
} catch (const std::bad_alloc&) {
  return keel_fail(error, KEEL_E_MEMORY, "out of memory");
}

End& end_of(keel_conn* conn) noexcept {
  return *reinterpret_cast<End*>(conn);
}

constexpr keel_transport kTransport = {
    .head = {sizeof(keel_transport), 0},
    .name = "loopback",
    .listener_options = nullptr,
    .listen = listen,
    .serve = serve,
    .address = address,
    .shut = shut,
    .dial = dial,
    .rx = [](keel_conn* c, uint32_t on) noexcept { end_of(c).rx(on != 0); },
    .tx = [](keel_conn* c, const keel_str* iov, uint32_t n) noexcept -> keel_status { return end_of(c).tx(iov, n); },
    .close = [](keel_conn* c, uint32_t how) noexcept { end_of(c).close(how == KEEL_CLOSE_NOW); },
    .reconfigure = nullptr,
};

keel_status create(const keel_host* host, void** self, keel_error* error) noexcept {
  g_services.loops = static_cast<const keel_loops*>(host->service(host, KEEL_LOOPS));
  g_services.sessions = static_cast<const keel_sessions*>(host->service(host, KEEL_SESSIONS));
  *self = nullptr;
  if (!KEEL_HAS(keel_loops, g_services.loops, post) || !KEEL_HAS(keel_sessions, g_services.sessions, closed))
    return keel_fail(error, KEEL_E_VERSION, "the server offers no loops or no sessions");
  return KEEL_OK;
}
keel_status setup(void* self, keel_registrar* r, keel_error* error) noexcept {
  return r->extension(r, KEEL_TRANSPORT, &kTransport, self, error);
}

constexpr keel_need kNeeds[] = {{KEEL_LOOPS, 0, 0}, {KEEL_SESSIONS, 0, 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"transport:loopback", nullptr};

}  // namespace
}  // namespace loopback

const keel_plugin keel_plugin_v1 = {KEEL_MAGIC,
                                    sizeof(keel_plugin),
                                    KEEL_ABI_MAJOR,
                                    "loopback",
                                    "1.0.0",
                                    "MIT",
                                    "A transport without a socket, as an example",
                                    loopback::kNeeds,
                                    loopback::kProvides,
                                    loopback::create,
                                    loopback::setup,
                                    nullptr,
                                    nullptr,
                                    nullptr};
