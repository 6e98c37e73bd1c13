#include "host/server/supervisor.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "host/base/log.h"

namespace keel::server {
namespace {

using base::LogLevel;
using base::Supervised;

Supervised found(Supervised wanted) {
  const bool upstart = std::getenv("UPSTART_JOB") != nullptr, systemd = std::getenv("NOTIFY_SOCKET") != nullptr;
  switch (wanted) {
    case Supervised::kAuto:
      return upstart ? Supervised::kUpstart : systemd ? Supervised::kSystemd : Supervised::kNo;
    case Supervised::kUpstart:
      if (upstart) return wanted;
      base::log(LogLevel::kWarning, "upstart supervision requested, but UPSTART_JOB not found!");
      return Supervised::kNo;
    case Supervised::kSystemd:
      if (systemd) return wanted;
      base::log(LogLevel::kWarning, "systemd supervision requested, but NOTIFY_SOCKET not found!");
      return Supervised::kNo;
    case Supervised::kNo:
      break;
  }
  return Supervised::kNo;
}

// sd_notify(3).
void notify(const char* state) noexcept {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (path == nullptr || (path[0] != '/' && path[0] != '@')) return;
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const size_t n = std::strlen(path);
  if (n >= sizeof to.sun_path) return;
  std::memcpy(to.sun_path, path, n);
  if (path[0] == '@') to.sun_path[0] = '\0';
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  (void)::sendto(fd, state, std::strlen(state), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&to),
                 static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + n));
  ::close(fd);
}

}  // namespace

Supervisor::Supervisor(Supervised wanted) : kind_(found(wanted)) {}

void Supervisor::ready() const noexcept {
  if (kind_ == Supervised::kSystemd) notify("READY=1");
  if (kind_ == Supervised::kUpstart) {
    base::log(LogLevel::kNotice, "supervised by upstart, will stop to signal readiness.");
    ::raise(SIGSTOP);
  }
}

void Supervisor::reloading() const noexcept {
  if (kind_ == Supervised::kSystemd) notify("RELOADING=1");
}
void Supervisor::reloaded() const noexcept {
  if (kind_ == Supervised::kSystemd) notify("READY=1");
}
void Supervisor::stopping() const noexcept {
  if (kind_ == Supervised::kSystemd) notify("STOPPING=1");
}

}  // namespace keel::server
