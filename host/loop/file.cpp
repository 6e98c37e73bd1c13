// The operations on descriptors: see keel/loop.h.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <utility>

#include "host/base/clock.h"
#include "host/loop/loop.h"
#include "host/loop/socket_calls.h"

namespace keel::loop {
namespace {

constexpr uint32_t kStream = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr int64_t kAcceptPauseNs = 100'000'000;

void complete(keel_op* op, int64_t result) {
  op->result = result;
  op->task.run(&op->task);
}

// Of accept4(): errors of one connection that is gone already, and errors that pass by themselves.
bool gone(int error) {
  return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM || error == ENETDOWN ||
         error == EHOSTUNREACH || error == ENETUNREACH;
}

}  // namespace

keel_file* Loop::adopt(int32_t fd) noexcept {
  auto* f = new (std::nothrow) keel_file;
  if (f == nullptr) return nullptr;
  f->loop = this;
  f->fd = fd;
  epoll_event e{};
  e.events = kStream;
  e.data.ptr = f;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e) != 0) {
    delete f;
    return nullptr;
  }
  return f;
}

void Loop::arm(keel_file* f, uint32_t events) noexcept {
  epoll_event e{};
  e.events = events;
  e.data.ptr = f;
  (void)::epoll_ctl(epoll_, EPOLL_CTL_MOD, f->fd, &e);
}

void Loop::watch_out(keel_file* f, bool on) noexcept {
  if (f->watching_out == on) return;
  f->watching_out = on;
  arm(f, kStream | (on ? EPOLLOUT : 0u));
}

void Loop::after(keel_file* f, int64_t delay_ns, void (*then)(keel_file*)) noexcept {
  if (!f->rare) f->rare = std::make_unique<keel_file::Rare>();
  f->rare->file = f;
  f->rare->run = then;
  f->rare->timer.task.run = [](keel_task* t) noexcept {
    auto* rare = reinterpret_cast<keel_file::Rare*>(t);
    rare->run(rare->file);
  };
  timer(&f->rare->timer, base::monotonic_ns() + delay_ns);
}

void Loop::accept(keel_file* f, keel_op* op, uint32_t per_turn) noexcept {
  f->in = op;
  f->listening = true;
  f->accepts_per_turn = std::max(per_turn, 1u);
  arm(f, EPOLLIN);  // level-triggered: what one turn leaves, the next one finds
}

void Loop::accept_some(keel_file* f) {
  for (uint32_t i = 0; i < f->accepts_per_turn && !f->closed; ++i) {
    const int fd = ::accept4(f->fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      complete(f->in, fd);
      continue;
    }
    const int error = errno;
    if (error == EAGAIN) return;
    if (gone(error)) continue;
    pause_accepts(f);
    complete(f->in, -error);
    return;
  }
}

// Out of descriptors or memory: waiting is all that helps, and asking again at once would spin.
void Loop::pause_accepts(keel_file* f) noexcept {
  arm(f, 0);
  after(f, kAcceptPauseNs, [](keel_file* file) { file->loop->arm(file, EPOLLIN); });
}

void Loop::connect(keel_file* f, keel_op* op, const void* address, uint32_t len) noexcept {
  f->in = op;
  f->connecting = true;
  watch_out(f, true);
  if (::connect(f->fd, static_cast<const sockaddr*>(address), len) == 0) return;
  const int error = errno;
  if (error == EINPROGRESS) return;
  after(f, 0, [](keel_file* file) { file->loop->finish_connect(file); });  // never inside the call that started it
  f->rare->error = error;
}

void Loop::finish_connect(keel_file* f) {
  if (!f->connecting) return;  // told already: what fails at once makes an event, too
  int error = f->rare ? f->rare->error : 0;
  socklen_t size = sizeof error;
  if (error == 0 && ::getsockopt(f->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  f->connecting = false;
  watch_out(f, false);
  complete(std::exchange(f->in, nullptr), -error);
}

void Loop::recv(keel_file* f, keel_op* op, keel_buf into) noexcept {
  f->in = op;
  f->into = into;
  if (f->readable && !f->ready) {
    f->ready = true;
    ready_.push_back(f);
  }
}

void Loop::receive(keel_file* f) {
  const bool own = f->into.ptr == nullptr;
  if (own && kArena - arena_used_ < kLeastSlice) {
    end_turn();
    if (f->closed || f->in == nullptr) return;
  }
  char* to = own ? arena_.get() + arena_used_ : f->into.ptr;
  const size_t room = own ? std::min(kArena - arena_used_, kSlice) : f->into.len;
  ssize_t n = 0;
  do {
    n = receive_some(f->fd, to, room);
  } while (n < 0 && errno == EINTR);
  if (n < 0) {
    n = -errno;
    if (n == -EAGAIN) {
      f->readable = false;
      return;
    }
  } else if (static_cast<size_t>(n) < room && !f->ended) {
    f->readable = false;  // drained: the next bytes make an edge
  }
  keel_op* op = std::exchange(f->in, nullptr);
  op->data = {nullptr, 0};
  if (own && n > 0) {
    op->data = {to, static_cast<size_t>(n)};
    arena_used_ += static_cast<size_t>(n);
  }
  complete(op, n);
}

namespace {

// Sends what the socket takes now; advances `first` and cuts its front. 0, or errno when broken.
int send_all(int fd, keel_str* iov, size_t n, size_t& first) noexcept {
  while (first < n) {
    std::array<iovec, 64> parts;
    const size_t count = std::min(n - first, parts.size());
    for (size_t i = 0; i < count; ++i) parts[i] = {const_cast<char*>(iov[first + i].ptr), iov[first + i].len};
    msghdr m{};
    m.msg_iov = parts.data();
    m.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd, &m, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      return errno == EAGAIN ? 0 : errno;
    }
    auto left = static_cast<size_t>(sent);
    while (first < n && left >= iov[first].len) left -= iov[first++].len;
    if (left > 0) {
      iov[first] = {iov[first].ptr + left, iov[first].len - left};
      return 0;
    }
  }
  return 0;
}

}  // namespace

keel_status Loop::send(keel_file* f, keel_op* op, const keel_str* iov, uint32_t n) noexcept {
  int64_t total = 0;
  for (uint32_t i = 0; i < n; ++i) total += static_cast<int64_t>(iov[i].len);
  auto waiting = [&](std::vector<keel_str> rest) {
    f->out = std::make_unique<keel_file::Sending>(keel_file::Sending{op, total, std::move(rest)});
    watch_out(f, true);
    return KEEL_PENDING;
  };
  if (n == 1) {
    const ssize_t sent = send_some(f->fd, iov[0].ptr, iov[0].len);
    if (sent == total) return KEEL_OK;
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return KEEL_E_IO;
    const auto done = static_cast<size_t>(std::max<ssize_t>(sent, 0));
    return waiting({{iov[0].ptr + done, iov[0].len - done}});
  }
  std::vector<keel_str> rest(iov, iov + n);
  size_t first = 0;
  if (send_all(f->fd, rest.data(), n, first) != 0) return KEEL_E_IO;
  if (first == n) return KEEL_OK;
  rest.erase(rest.begin(), rest.begin() + static_cast<ptrdiff_t>(first));
  return waiting(std::move(rest));
}

void Loop::send_rest(keel_file* f) {
  auto& rest = f->out->rest;
  size_t first = 0;
  const int error = send_all(f->fd, rest.data(), rest.size(), first);
  rest.erase(rest.begin(), rest.begin() + static_cast<ptrdiff_t>(first));
  if (error == 0 && !rest.empty()) return;
  const auto done = std::move(f->out);
  watch_out(f, false);
  complete(done->op, error != 0 ? -error : done->total);
}

void Loop::close(keel_file* f) noexcept {
  if (f->closed) return;
  f->closed = true;
  f->in = nullptr;
  f->out.reset();
  if (f->rare) timer(&f->rare->timer, 0);
  if (f->ready) std::erase(ready_, f);
  ::close(f->fd);
  closed_.push_back(f);
}

}  // namespace keel::loop
