// transport-unix: connections over Unix domain sockets.
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>

#include "keel/cpp/socket_transport.hpp"

namespace {

struct Unix {
  static constexpr const char* name = "unix";

  static bool to_address(keel::Str path, sockaddr_storage& out, socklen_t& len, std::string& error) {
    auto& a = reinterpret_cast<sockaddr_un&>(out);
    if (path.empty() || path.size() >= sizeof a.sun_path) {
      error = "'" + std::string{path} + "' is no path for a socket: 1 to " + std::to_string(sizeof a.sun_path - 1) +
              " bytes are wanted";
      return false;
    }
    a.sun_family = AF_UNIX;
    memcpy(a.sun_path, path.data(), path.size());
    len = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return true;
  }

  static int fail(int fd, std::string& error, keel::Str path) {
    error = "Failed opening Unix socket: " + std::string{path} + ": " + std::strerror(errno);
    if (fd >= 0) ::close(fd);
    return -1;
  }

  static int bind(keel::Str path, const keel::Settings& s, std::string& bound, std::string& error) {
    sockaddr_storage at{};
    socklen_t len = 0;
    if (!to_address(path, at, len, error)) return -1;
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return fail(fd, error, path);
    // A socket that a server before us has left behind is in the way; one that answers, or anything else, is not ours
    // to remove.
    const std::string file{path};
    struct stat info {};
    if (::lstat(file.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) {
      if (answers(at, len)) {
        errno = EADDRINUSE;
        return fail(fd, error, path);
      }
      ::unlink(file.c_str());
    }
    if (::bind(fd, reinterpret_cast<sockaddr*>(&at), len) != 0) return fail(fd, error, path);
    // Nobody can connect before listen(), so the permissions hold from the first connection on.
    const auto mode = static_cast<mode_t>(mode_of(s.text("mode")));
    if (mode != 0 && ::chmod(file.c_str(), mode) != 0) return fail(fd, error, path);
    if (::listen(fd, static_cast<int>(s.number("backlog", 511))) != 0) return fail(fd, error, path);
    bound = file;
    return fd;
  }

  // Whether a server listens there.
  static bool answers(const sockaddr_storage& at, socklen_t len) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0) return false;
    const bool yes = ::connect(probe, reinterpret_cast<const sockaddr*>(&at), len) == 0 || errno == EAGAIN;
    ::close(probe);
    return yes;
  }

  static uint32_t mode_of(keel::Str octal) {
    uint32_t mode = 0;
    for (const char c : octal)
      if (c >= '0' && c <= '7') mode = mode * 8 + static_cast<uint32_t>(c - '0');
    return mode & 0777;
  }

  static int dial(keel::Str path, sockaddr_storage& to, socklen_t& len, std::string& error) {
    if (!to_address(path, to, len, error)) return -1;
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? fail(fd, error, path) : fd;
  }

  static void tune(int, const keel::Settings&) {}

  static void describe(int fd, keel::SocketPeer& peer) {
    sockaddr_un a{};
    socklen_t len = sizeof a;
    std::string path;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &len) == 0 && len > offsetof(sockaddr_un, sun_path))
      path.assign(a.sun_path, strnlen(a.sun_path, sizeof a.sun_path));
    peer.remote = peer.local = path + ":0";
    peer.flags |= KEEL_PEER_LOCAL;
  }

  static void unbind(const std::string& path) { ::unlink(path.c_str()); }
};

using Transport = keel::SocketTransport<Unix>;

constexpr keel_option kListenerOptions[] = {{"mode", "0", "permissions of the socket's file; 0 = what umask leaves",
                                             KEEL_OPTION_OCTAL, 0, 0, 0777, nullptr, nullptr},
                                            keel::kBacklogSetting,
                                            keel::kAcceptsSetting,
                                            {}};
constexpr keel_transport kTransport = Transport::table(kListenerOptions);

constexpr const char* kProvides[] = {"transport:unix", nullptr};

KEEL_MANIFEST(
    "name: transport-unix\nversion: 1.0.0\nabi: 1\nneeds: [keel.loop/1, keel.session/1]\nprovides: [transport:unix]\n");

}  // namespace

const keel_plugin keel_plugin_v1 = {KEEL_MAGIC,
                                    sizeof(keel_plugin),
                                    KEEL_ABI_MAJOR,
                                    "transport-unix",
                                    "1.0.0",
                                    "Apache-2.0",
                                    "Connections over Unix domain sockets",
                                    Transport::needs,
                                    kProvides,
                                    Transport::create,
                                    Transport::setup<kTransport>,
                                    nullptr,
                                    nullptr,
                                    nullptr};
