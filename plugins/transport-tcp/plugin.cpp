// transport-tcp: connections over TCP, IPv4 and IPv6.
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cstring>

#include "address.h"
#include "keel/cpp/socket_transport.hpp"
#include "neighbours.h"

namespace {

struct Tcp {
  static constexpr const char* name = "tcp";

  static int fail(int fd, std::string& error, const char* what, keel::Str address) {
    error = std::string{what} + " " + std::string{address} + ": " + std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return -1;
  }

  static int bind(keel::Str address, const keel::Settings& s, std::string& bound, std::string& error) {
    sockaddr_storage at{};
    socklen_t len = 0;
    if (!tcp::resolve(address, true, at, len, error)) return -1;
    const int fd = ::socket(at.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fail(fd, error, "Could not create a socket for", address);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (at.ss_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    mark(fd, address, s.number("mark", 0));
    const auto backlog = static_cast<int>(s.number("backlog", 511));
    if (::bind(fd, reinterpret_cast<sockaddr*>(&at), len) != 0) {
      if (errno != EADDRINUSE || !tcp::listen_beside_own(fd, at, len, backlog))
        return fail(fd, error, "Could not create server TCP listening socket", address);
    } else if (::listen(fd, backlog) != 0) {
      return fail(fd, error, "Could not listen on", address);
    }
    tcp::remember_listening(fd);
    len = sizeof at;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &len);
    bound = tcp::to_text(at);
    return fd;
  }

  // The mark by which routing rules and firewalls know the socket, and every connection that it accepts.
  static void mark(int fd, keel::Str address, int64_t id);

  static int dial(keel::Str address, sockaddr_storage& to, socklen_t& len, std::string& error) {
    if (!tcp::resolve(address, false, to, len, error)) return -1;
    const int fd = ::socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fail(fd, error, "Could not create a socket for", address);
    no_delay(fd);
    return fd;
  }

  static void no_delay(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }

  static void tune(int fd, const keel::Settings& s) {
    no_delay(fd);
    const auto idle = static_cast<int>(s.number("keepalive", 300));
    if (idle == 0) return;
    // A dead peer is noticed after twice the time: three probes, each a third of it.
    const int on = 1, interval = std::max(idle / 3, 1), probes = 3;
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
  }

  static void describe(int fd, keel::SocketPeer& peer) {
    sockaddr_storage a{};
    socklen_t len = sizeof a;
    if (::getpeername(fd, reinterpret_cast<sockaddr*>(&a), &len) == 0) {
      peer.remote = tcp::to_text(a);
      if (tcp::is_local(a)) peer.flags |= KEEL_PEER_LOCAL;
    }
    len = sizeof a;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &len) == 0) peer.local = tcp::to_text(a);
  }

  static void unbind(const std::string&) {}
};

using Transport = keel::SocketTransport<Tcp>;

void Tcp::mark(int fd, keel::Str address, int64_t id) {
  if (id == 0) return;
  const auto number = static_cast<uint32_t>(id);
  if (::setsockopt(fd, SOL_SOCKET, SO_MARK, &number, sizeof number) == 0) return;
  Transport::warn("Could not mark the listening socket of " + std::string{address} + ": " + std::strerror(errno));
}

constexpr keel_option kListenerOptions[] = {
    keel::kBacklogSetting,
    keel::kAcceptsSetting,
    {"keepalive", "300", "seconds of silence after which a peer is probed; 0 = never", KEEL_OPTION_INTEGER, 0, 0,
     INT32_MAX, nullptr, nullptr},
    {"mark", "0", "mark (SO_MARK) of the listening socket; 0 = none", KEEL_OPTION_INTEGER, 0, 0, UINT32_MAX, nullptr,
     nullptr},
    {}};
constexpr keel_transport kTransport = Transport::table(kListenerOptions);

constexpr const char* kProvides[] = {"transport:tcp", nullptr};

KEEL_MANIFEST(
    "name: transport-tcp\nversion: 1.0.0\nabi: 1\nneeds: [keel.loop/1, keel.session/1]\nprovides: [transport:tcp]\n");

}  // namespace

const keel_plugin keel_plugin_v1 = {KEEL_MAGIC,
                                    sizeof(keel_plugin),
                                    KEEL_ABI_MAJOR,
                                    "transport-tcp",
                                    "1.0.0",
                                    "Apache-2.0",
                                    "Connections over TCP",
                                    Transport::needs,
                                    kProvides,
                                    Transport::create,
                                    Transport::setup<kTransport>,
                                    nullptr,
                                    nullptr,
                                    nullptr};
