#include "neighbours.h"

#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <vector>

namespace tcp {
namespace {

std::mutex mutex;
std::vector<int> listening;  // some may be closed by now, and their number somebody else's

in_port_t port_of(const sockaddr_storage& a) noexcept {
  return a.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(a).sin6_port
                                 : reinterpret_cast<const sockaddr_in&>(a).sin_port;
}
bool same_address(const sockaddr_storage& a, const sockaddr_storage& b) noexcept {
  if (a.ss_family == AF_INET6)
    return std::memcmp(&reinterpret_cast<const sockaddr_in6&>(a).sin6_addr,
                       &reinterpret_cast<const sockaddr_in6&>(b).sin6_addr, sizeof(in6_addr)) == 0;
  return reinterpret_cast<const sockaddr_in&>(a).sin_addr.s_addr ==
         reinterpret_cast<const sockaddr_in&>(b).sin_addr.s_addr;
}

bool address_of_listening(int fd, sockaddr_storage& at) noexcept {
  int listens = 0;
  socklen_t size = sizeof listens, length = sizeof at;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0 &&
         ::getsockname(fd, reinterpret_cast<sockaddr*>(&at), &length) == 0;
}

void share(int fd, int yes) noexcept {
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
}

}  // namespace

void remember_listening(int fd) noexcept {
  const std::lock_guard lock(mutex);
  sockaddr_storage at{};
  std::erase_if(listening, [&](int one) { return one == fd || !address_of_listening(one, at); });
  try {
    listening.push_back(fd);
  } catch (...) {  // it cannot be shared with, no more
    return;
  }
}

bool listen_beside_own(int fd, const sockaddr_storage& at, socklen_t length, int backlog) noexcept {
  const std::lock_guard lock(mutex);
  const auto each_neighbour = [&](auto&& f) {
    for (const int one : listening) {
      sockaddr_storage there{};
      if (address_of_listening(one, there) && there.ss_family == at.ss_family && port_of(there) == port_of(at))
        f(one, there);
    }
  };
  bool any = false, taken = false;
  each_neighbour([&](int, const sockaddr_storage& there) {
    any = true;
    taken = taken || same_address(there, at);
  });
  errno = EADDRINUSE;
  if (!any || taken) return false;
  each_neighbour([](int one, const sockaddr_storage&) { share(one, 1); });
  share(fd, 1);
  const bool done = ::bind(fd, reinterpret_cast<const sockaddr*>(&at), length) == 0 && ::listen(fd, backlog) == 0;
  const int why = errno;
  share(fd, 0);
  each_neighbour([](int one, const sockaddr_storage&) { share(one, 0); });
  errno = why;
  return done;
}

}  // namespace tcp
