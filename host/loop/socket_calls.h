// host/loop/socket_calls.h - recv() and send() of the hot path.
//
// glibc's are cancellation points: in a process with threads each call pays for two atomic operations, and no thread
// here is ever cancelled.  The thread sanitizer knows glibc's only.
#pragma once
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

namespace keel::loop {

// [any] As recv() and send(), errno included; send() with MSG_NOSIGNAL.
inline ssize_t receive_some(int fd, void* to, size_t n) noexcept {
#if defined(__SANITIZE_THREAD__)
  return ::recv(fd, to, n, 0);
#else
  return ::syscall(SYS_recvfrom, fd, to, n, 0, nullptr, nullptr);
#endif
}
inline ssize_t send_some(int fd, const void* from, size_t n) noexcept {
#if defined(__SANITIZE_THREAD__)
  return ::send(fd, from, n, MSG_NOSIGNAL);
#else
  return ::syscall(SYS_sendto, fd, from, n, MSG_NOSIGNAL, nullptr, 0);
#endif
}

}  // namespace keel::loop
