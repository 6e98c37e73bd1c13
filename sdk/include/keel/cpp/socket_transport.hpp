// keel/cpp/socket_transport.hpp - what every transport over stream sockets has in common: accepting, handing
// connections to their loops, receiving, sending, closing.  A transport adds how it binds and how it names its peers.
//
//   struct Tcp {
//     static constexpr const char* name = "tcp";
//
//     // A listening descriptor; -1 with a sentence.
//     static int bind(keel::Str address, const keel::Settings&, std::string& bound, std::string& error);
//
//     // A socket to connect, and where; -1 with a sentence.
//     static int dial(keel::Str address, sockaddr_storage&, socklen_t&, std::string& error);
//
//     static void tune(int fd, const keel::Settings&);  // an accepted one, with the settings of that moment
//
//     static void describe(int fd, keel::SocketPeer&);  // names and flags of both ends
//
//     static void unbind(const std::string& bound);
//   };
//
// SocketTransport<Tcp> then has the table of the transport, and create() and setup() of its plugin.
#pragma once
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "keel/cpp/text.hpp"
#include "keel/plugin.h"
#include "keel/transport.h"

namespace keel {

// The settings of a listener, by name.
class Settings {
 public:
  Settings(const keel_pair* first, uint32_t n) {
    for (uint32_t i = 0; i < n; ++i) values_.emplace_back(view(first[i].name), view(first[i].value));
  }
  Str text(Str name) const noexcept {
    for (const auto& [key, value] : values_)
      if (key == name) return value;
    return {};
  }
  int64_t number(Str name, int64_t otherwise) const noexcept { return parse_integer(text(name)).value_or(otherwise); }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

// Settings that every listener on stream sockets has.
inline constexpr keel_option kBacklogSetting = {
    "backlog", "511", "connections that wait to be accepted", KEEL_OPTION_INTEGER, 0, 0, INT32_MAX, nullptr, nullptr};
inline constexpr keel_option kAcceptsSetting = {"accepts-per-turn",
                                                "10",
                                                "connections accepted before others are served",
                                                KEEL_OPTION_INTEGER,
                                                0,
                                                1,
                                                1000,
                                                nullptr,
                                                nullptr};

struct SocketPeer {
  std::string remote, local;
  uint32_t flags = 0;
};

template <class Family>
class SocketTransport {
 public:
  static constexpr keel_transport table(const keel_option* listener_options) {
    keel_transport t{};
    t.head = {sizeof t, 0};
    t.name = Family::name;
    t.listener_options = listener_options;
    t.listen = listen;
    t.serve = serve;
    t.address = [](void* l) noexcept -> keel_str { return str(static_cast<Listener*>(l)->bound); };
    t.shut = shut;
    t.dial = dial;
    t.rx = rx;
    t.tx = tx;
    t.close = close;
    t.reconfigure = reconfigure;
    return t;
  }

  // For the plugin around it: what it needs, and its functions.
  static constexpr keel_need needs[] = {{KEEL_LOOPS, 0, 0}, {KEEL_SESSIONS, 0, 0}, {nullptr, 0, 0}};
  static keel_status create(const keel_host* host, void** self, keel_error* error) noexcept {
    *self = nullptr;
    services = {static_cast<const keel_loops*>(host->service(host, KEEL_LOOPS)),
                static_cast<const keel_sessions*>(host->service(host, KEEL_SESSIONS)), host};
    if (KEEL_HAS(keel_loops, services.loops, fd) && KEEL_HAS(keel_sessions, services.sessions, closed)) return KEEL_OK;
    return keel_fail(error, KEEL_E_VERSION, "the server offers no loops or no sessions");
  }
  template <const keel_transport& kTable>
  static keel_status setup(void* self, keel_registrar* registrar, keel_error* error) noexcept {
    return registrar->extension(registrar, KEEL_TRANSPORT, &kTable, self, error);
  }
  static void warn(Str line) noexcept { services.host->core->log(services.host, KEEL_LOG_WARNING, str(line)); }

 private:
  struct Services {
    const keel_loops* loops = nullptr;
    const keel_sessions* sessions = nullptr;
    const keel_host* host = nullptr;
  };
  static inline Services services;

  class Listener {
   public:
    explicit Listener(Settings s) : settings_(std::make_shared<const Settings>(std::move(s))) {}
    std::shared_ptr<const Settings> settings() noexcept {
      const std::lock_guard lock{mutex_};
      return settings_;
    }
    void settings(Settings s) {
      auto now = std::make_shared<const Settings>(std::move(s));
      const std::lock_guard lock{mutex_};
      settings_.swap(now);
    }
    std::string bound{};
    int fd = -1;
    void* token = nullptr;  // what sessions->open() gets: the host's listener
    keel_file* file = nullptr;
    keel_op op{};
    uint32_t per_turn = 0;

   private:
    std::mutex mutex_;
    std::shared_ptr<const Settings> settings_;
  };
  struct Conn {
    keel_task task{};  // the end, or the beginning on another loop
    keel_op in{}, out{};
    keel_loop* loop = nullptr;
    keel_file* file = nullptr;
    keel_session* session = nullptr;
    int32_t reason = 0;
    keel_timer patience{};  // for the peer's end, after ours
    bool receive = true, closing = false, receiving = false, sending = false, flush = false, ended = false,
         parting = false;
  };
  struct Birth {  // an accepted socket on its way to its loop
    keel_task task{};
    void* token;  // not the listener: it may be shut before the birth
    keel_loop* loop;
    int fd;
  };
  struct Dial {
    keel_op op{};
    keel_loop* loop;
    keel_file* file;
    void* token;
    void (*failed)(void*, int32_t) KEEL_NX;
  };

  static Conn* of(keel_conn* c) noexcept { return reinterpret_cast<Conn*>(c); }
  template <class T, class M>
  static T* owner(keel_task* t, M T::*member) noexcept {
    alignas(T) static char probe[sizeof(T)];
    const auto offset = reinterpret_cast<char*>(&(reinterpret_cast<T*>(probe)->*member)) - probe;
    return reinterpret_cast<T*>(reinterpret_cast<char*>(t) - offset);
  }

  static keel_status listen(void*, keel_str address, const keel_pair* settings, uint32_t n, void** out,
                            keel_error* e) noexcept {
    try {
      auto l = std::make_unique<Listener>(Settings{settings, n});
      std::string error;
      l->fd = Family::bind(view(address), *l->settings(), l->bound, error);
      if (l->fd < 0) return keel_fail(e, KEEL_E_IO, error.c_str());
      if (out == nullptr) {  // a check
        ::close(l->fd);
        Family::unbind(l->bound);
        return KEEL_OK;
      }
      *out = l.release();
      return KEEL_OK;
    } catch (const std::bad_alloc&) {
      return keel_fail(e, KEEL_E_MEMORY, "out of memory");
    }
  }

  static keel_status serve(void* listener, keel_loop* loop, void* token) noexcept {
    auto* l = static_cast<Listener*>(listener);
    l->token = token;
    l->file = services.loops->adopt(loop, l->fd);
    if (l->file == nullptr) return KEEL_E_IO;
    l->op.task.run = [](keel_task* t) noexcept {
      auto* mine = owner(t, &Listener::op);
      accepted(mine, mine->op.result);
    };
    accept(l, *l->settings());
    return KEEL_OK;
  }
  static void accept(Listener* l, const Settings& settings) noexcept {
    const auto per_turn = static_cast<uint32_t>(settings.number("accepts-per-turn", 10));
    if (l->per_turn != per_turn) services.loops->accept(l->file, &l->op, per_turn);
    l->per_turn = per_turn;
  }

  static keel_status reconfigure(void* listener, const keel_pair* settings, uint32_t n, keel_error* e) noexcept {
    try {
      static_cast<Listener*>(listener)->settings(Settings{settings, n});
      return KEEL_OK;
    } catch (const std::bad_alloc&) {
      return keel_fail(e, KEEL_E_MEMORY, "out of memory");
    }
  }

  static void shut(void* listener) noexcept {
    auto* l = static_cast<Listener*>(listener);
    if (l->file != nullptr)
      services.loops->close(l->file);
    else
      ::close(l->fd);
    Family::unbind(l->bound);
    delete l;
  }

  static void accepted(Listener* l, int64_t result) noexcept {
    if (result < 0) {
      return warn(std::string{"Accepting on "} + l->bound +
                  " failed, trying again: " + std::strerror(static_cast<int>(-result)));
    }
    const int fd = static_cast<int>(result);
    const auto settings = l->settings();
    Family::tune(fd, *settings);
    accept(l, *settings);
    keel_loop* loop = services.loops->assign();
    if (loop == services.loops->current()) return begin(loop, fd, l->token);
    auto* birth = new (std::nothrow) Birth{{}, l->token, loop, fd};
    if (birth == nullptr) return void(::close(fd));
    birth->task.run = [](keel_task* t) noexcept {
      const std::unique_ptr<Birth> mine{reinterpret_cast<Birth*>(t)};
      begin(mine->loop, mine->fd, mine->token);
    };
    services.loops->post(loop, &birth->task);
  }

  static void begin(keel_loop* loop, int fd, void* token) noexcept {
    keel_file* file = services.loops->adopt(loop, fd);
    if (file == nullptr) return void(::close(fd));
    if (!begin_file(loop, file, token)) services.loops->close(file);
  }
  static bool begin_file(keel_loop* loop, keel_file* file, void* token) noexcept {
    auto* c = new (std::nothrow) Conn;
    if (c == nullptr) return false;
    c->loop = loop;
    c->file = file;
    c->in.task.run = [](keel_task* t) noexcept { received(owner(t, &Conn::in)); };
    c->out.task.run = [](keel_task* t) noexcept { sent(owner(t, &Conn::out)); };
    try {
      SocketPeer names;
      const int fd = services.loops->fd(file);
      Family::describe(fd, names);
      const keel_peer peer{sizeof(keel_peer), names.flags, str(names.remote), str(names.local), {nullptr, 0}, fd, 0};
      c->session = services.sessions->open(loop, token, reinterpret_cast<keel_conn*>(c), &peer);
    } catch (const std::bad_alloc&) {
      c->session = nullptr;
    }
    if (c->session == nullptr) {
      delete c;
      return false;
    }
    if (!c->closing) receive(c);
    return true;
  }

  static void receive(Conn* c) noexcept {
    c->receiving = true;
    services.loops->recv(c->file, &c->in, services.sessions->rx_room(c->session));
  }

  static void received(Conn* c) noexcept {
    c->receiving = false;
    if (c->closing) return;
    const int64_t n = c->in.result;
    if (c->parting) return n > 0 ? services.loops->recv(c->file, &c->in, {nullptr, 0}) : end(c);
    if (n <= 0) {
      c->ended = true;
      c->reason = static_cast<int32_t>(n);
      return n == 0 ? services.sessions->rx_end(c->session) : end(c);
    }
    if (c->in.data.ptr != nullptr)
      services.sessions->rx(c->session, c->in.data);
    else
      services.sessions->rx_done(c->session, static_cast<size_t>(n));
    if (!c->closing && c->receive && !c->parting) receive(c);
  }

  static void sent(Conn* c) noexcept {
    c->sending = false;
    if (c->out.result < 0) {
      c->reason = static_cast<int32_t>(c->out.result);
      return end(c);
    }
    services.sessions->tx_done(c->session);
    if (c->flush && !c->sending) part(c);
  }

  static void rx(keel_conn* conn, uint32_t on) noexcept {
    Conn* c = of(conn);
    c->receive = on != 0;
    if (c->receive && !c->receiving && !c->closing && !c->ended && !c->parting) receive(c);
  }

  static keel_status tx(keel_conn* conn, const keel_str* iov, uint32_t n) noexcept {
    Conn* c = of(conn);
    if (c->closing && !c->flush) return KEEL_E_IO;
    const keel_status status = services.loops->send(c->file, &c->out, iov, n);
    if (status == KEEL_PENDING) c->sending = true;
    if (status < 0) {
      c->reason = -EPIPE;
      end(c);
    }
    return status;
  }

  static void close(keel_conn* conn, uint32_t how) noexcept {
    Conn* c = of(conn);
    if (how != KEEL_CLOSE_FLUSH) return end(c);
    if (c->sending)
      c->flush = true;
    else
      part(c);
  }

  // The orderly end: the peer reads all that was sent and then the end.  Closing while input is unread would reset the
  // connection and take our last words with it, so what the peer still sends is read away, for a while.
  static void part(Conn* c) noexcept {
    constexpr int64_t kPatienceNs = 500'000'000;
    if (c->closing || c->parting) return;
    if (c->ended || ::shutdown(services.loops->fd(c->file), SHUT_WR) != 0) return end(c);
    c->parting = true;
    c->patience.task.run = [](keel_task* t) noexcept { end(owner(t, &Conn::patience)); };
    services.loops->timer(c->loop, &c->patience, services.host->core->clock_ns() + kPatienceNs);
    if (!c->receiving) services.loops->recv(c->file, &c->in, {nullptr, 0});
  }

  // Closes the socket now; the session is told from the loop, never inside a call of the host.
  static void end(Conn* c) noexcept {
    if (c->closing) return;
    c->closing = true;
    if (c->parting) services.loops->timer(c->loop, &c->patience, 0);
    services.loops->close(c->file);
    c->file = nullptr;
    c->task.run = [](keel_task* t) noexcept {
      const std::unique_ptr<Conn> mine{reinterpret_cast<Conn*>(t)};
      services.sessions->closed(mine->session, mine->reason);
    };
    services.loops->post(c->loop, &c->task);
  }

  static keel_status dial(void*, keel_loop* loop, keel_str address, void* token, void (*failed)(void*, int32_t) KEEL_NX,
                          keel_error* e) noexcept {
    try {
      sockaddr_storage to{};
      socklen_t len = 0;
      std::string error;
      const int fd = Family::dial(view(address), to, len, error);
      if (fd < 0) return keel_fail(e, KEEL_E_IO, error.c_str());
      auto* d = new Dial{{}, loop, services.loops->adopt(loop, fd), token, failed};
      if (d->file == nullptr) {
        delete d;
        ::close(fd);
        return keel_fail(e, KEEL_E_IO, "the loop does not take the socket");
      }
      d->op.task.run = [](keel_task* t) noexcept {
        const std::unique_ptr<Dial> mine{owner(t, &Dial::op)};
        auto reason = static_cast<int32_t>(mine->op.result);
        if (reason == 0 && !begin_file(mine->loop, mine->file, mine->token)) reason = -ENOMEM;
        if (reason == 0) return;
        services.loops->close(mine->file);
        mine->failed(mine->token, reason);
      };
      services.loops->connect(d->file, &d->op, &to, len);
      return KEEL_OK;
    } catch (const std::bad_alloc&) {
      return keel_fail(e, KEEL_E_MEMORY, "out of memory");
    }
  }
};

}  // namespace keel
