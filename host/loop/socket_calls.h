// host/loop/socket_calls.h - recv(), send() and epoll_wait() of the hot path.
//
// glibc's are cancellation points: in a process with threads each call pays for two atomic operations, and no thread
// here is ever cancelled.  The sanitizers watch glibc's only.
#pragma once
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

namespace keel::loop {

// [any] As recv(), send() and epoll_wait(), errno included; send() with MSG_NOSIGNAL.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline ssize_t receive_some(int fd, void* to, size_t n) noexcept {
  return ::recv(fd, to, n, 0);
}
inline ssize_t send_some(int fd, const void* from, size_t n) noexcept {
  return ::send(fd, from, n, MSG_NOSIGNAL);
}
inline int wait_for_events(int epoll, epoll_event* to, int most, int timeout_ms) noexcept {
  return ::epoll_wait(epoll, to, most, timeout_ms);
}
#else
inline ssize_t receive_some(int fd, void* to, size_t n) noexcept {
  return ::syscall(SYS_recvfrom, fd, to, n, 0, nullptr, nullptr);
}
inline ssize_t send_some(int fd, const void* from, size_t n) noexcept {
  return ::syscall(SYS_sendto, fd, from, n, MSG_NOSIGNAL, nullptr, 0);
}
inline int wait_for_events(int epoll, epoll_event* to, int most, int timeout_ms) noexcept {
  return static_cast<int>(::syscall(SYS_epoll_pwait, epoll, to, most, timeout_ms, nullptr, 0));
}
#endif

}  // namespace keel::loop
