#include "keel/testing/loops.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <string>

#include "keel/testing/faults.hpp"

struct keel_file {
  keel_loop* loop = nullptr;
  int fd = -1;
  keel_op *receive = nullptr, *send = nullptr, *accept = nullptr, *connect = nullptr;
  keel_buf into{};
  std::vector<keel_str> out{};  // what is left to send
  int64_t sent = 0;
  std::string own{};  // the loop's buffer, as far as this file is concerned
  bool closed = false;
};

struct keel_loop {
  std::deque<keel_task*> tasks{};
  std::vector<keel_timer*> timers{};
  std::vector<std::unique_ptr<keel_file>> files{};
};

namespace keel::testing {
namespace {

Loops* g_loops = nullptr;
Dice g_dice{7};

int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

void complete(keel_op*& slot, int64_t result) {
  keel_op* op = slot;
  slot = nullptr;
  op->result = result;
  op->task.run(&op->task);
}

}  // namespace

struct LoopFunctions {
  static size_t cut(size_t n) { return g_loops->cuts_ && n > 1 && !g_dice.one_in(3) ? 1 + g_dice.below(n) : n; }

  static void must_be_on(const keel_loop* loop, const char* what) {
    if (g_loops->current_ != loop) fault(std::string{what} + " is called away from its loop");
  }

  static void timer(keel_loop* loop, keel_timer* t, int64_t due) noexcept {
    must_be_on(loop, "timer()");
    std::erase(loop->timers, t);
    t->due_ns = due;
    if (due != 0) loop->timers.push_back(t);
  }
  static keel_file* adopt(keel_loop* loop, int32_t fd) noexcept {
    must_be_on(loop, "adopt()");
    if ((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0 || (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0)
      fault("adopt() gets a descriptor that is not non-blocking and close-on-exec");
    auto& file = loop->files.emplace_back(std::make_unique<keel_file>());
    file->loop = loop;
    file->fd = fd;
    return file.get();
  }
  static void accept(keel_file* f, keel_op* op, uint32_t) noexcept { f->accept = op; }
  static void connect(keel_file* f, keel_op* op, const void* address, uint32_t len) noexcept {
    must_be_on(f->loop, "connect()");
    f->connect = op;
    const int rc = ::connect(f->fd, static_cast<const sockaddr*>(address), len);
    op->result = rc == 0 || errno == EINPROGRESS ? 0 : -errno;
  }
  static void recv(keel_file* f, keel_op* op, keel_buf into) noexcept {
    must_be_on(f->loop, "recv()");
    if (f->receive != nullptr) fault("a second recv() while one is under way");
    f->receive = op;
    f->into = into;
  }
  // Sends what it can; 0 or -errno.
  static int push(keel_file* f) {
    while (!f->out.empty()) {
      keel_str& s = f->out.front();
      const ssize_t n = s.len == 0 ? 0 : ::send(f->fd, s.ptr, cut(s.len), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : -errno;
      f->sent += n;
      s = {s.ptr + n, s.len - static_cast<size_t>(n)};
      if (s.len == 0) f->out.erase(f->out.begin());
      if (g_loops->cuts_ && g_dice.one_in(3)) return 0;  // as if the socket were full
    }
    return 0;
  }
  static keel_status send(keel_file* f, keel_op* op, const keel_str* iov, uint32_t n) noexcept {
    must_be_on(f->loop, "send()");
    if (f->send != nullptr) fault("a second send() while one is under way");
    f->out.assign(iov, iov + n);
    f->sent = 0;
    if (push(f) != 0) return KEEL_E_IO;
    if (f->out.empty()) return KEEL_OK;
    f->send = op;
    return KEEL_PENDING;
  }
  static void close(keel_file* f) noexcept {
    must_be_on(f->loop, "close()");
    if (f->closed) return fault("closes a file twice");
    f->closed = true;
    ::close(f->fd);
    f->fd = -1;
  }

  static bool receive(keel_file* f) {
    const bool own = f->into.ptr == nullptr;
    if (own) f->own.assign(16384, '\xdd');
    char* to = own ? f->own.data() : f->into.ptr;
    const ssize_t n = ::recv(f->fd, to, cut(own ? f->own.size() : f->into.len), MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    f->receive->data = own && n > 0 ? keel_str{f->own.data(), static_cast<size_t>(n)} : keel_str{nullptr, 0};
    complete(f->receive, n < 0 ? -errno : n);
    return true;
  }
  static bool serve(keel_file* f) {
    pollfd p{f->fd, 0, 0};
    if (f->receive != nullptr || f->accept != nullptr) p.events = static_cast<short>(p.events | POLLIN);
    if (f->send != nullptr || f->connect != nullptr) p.events = static_cast<short>(p.events | POLLOUT);
    if (p.events == 0) return false;
    if (f->connect != nullptr && f->connect->result != 0) return complete(f->connect, f->connect->result), true;
    if (poll(&p, 1, 0) <= 0) return false;
    bool busy = false;
    if (f->connect != nullptr && (p.revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
      int error = 0;
      socklen_t len = sizeof error;
      getsockopt(f->fd, SOL_SOCKET, SO_ERROR, &error, &len);
      complete(f->connect, -error);
      return true;
    }
    if (!f->closed && f->send != nullptr && (p.revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
      const int error = push(f);
      if (error != 0 || f->out.empty()) complete(f->send, error != 0 ? error : f->sent);
      busy = true;
    }
    if (!f->closed && f->receive != nullptr && (p.revents & (POLLIN | POLLERR | POLLHUP)) != 0) busy |= receive(f);
    if (!f->closed && f->accept != nullptr && (p.revents & POLLIN) != 0) {
      const int fd = ::accept4(f->fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) {
        f->accept->result = fd;  // repeats: the operation stays
        f->accept->task.run(&f->accept->task);
        busy = true;
      }
    }
    return busy;
  }
};

Loops::Loops() {
  g_loops = this;
  for (int i = 0; i < 2; ++i) loops_.push_back(std::make_unique<keel_loop>());
}
Loops::~Loops() {
  g_loops = nullptr;
}

keel_loop* Loops::at(uint32_t i) const {
  return loops_[i].get();
}

const keel_loops& Loops::table() {
  static const keel_loops table{{sizeof(keel_loops), 0},
                                []() noexcept -> uint32_t { return static_cast<uint32_t>(g_loops->loops_.size()); },
                                [](uint32_t i) noexcept -> keel_loop* { return g_loops->at(i); },
                                []() noexcept -> keel_loop* { return g_loops->at(g_loops->next_++ % 2); },
                                []() noexcept -> keel_loop* { return g_loops->current_; },
                                [](keel_loop* loop, keel_task* task) noexcept {
                                  if (std::find(loop->tasks.begin(), loop->tasks.end(), task) != loop->tasks.end())
                                    return fault("posts a task that is posted already");
                                  loop->tasks.push_back(task);
                                },
                                LoopFunctions::timer,
                                LoopFunctions::adopt,
                                LoopFunctions::accept,
                                LoopFunctions::connect,
                                LoopFunctions::recv,
                                LoopFunctions::send,
                                LoopFunctions::close,
                                [](const keel_file* f) noexcept -> int32_t { return f->fd; }};
  return table;
}

void Loops::on(keel_loop* loop, const std::function<void()>& work) {
  keel_loop* before = current_;
  current_ = loop;
  work();
  current_ = before;
}

bool Loops::turn() {
  bool busy = false;
  for (const auto& loop : loops_) {
    current_ = loop.get();
    std::deque<keel_task*> tasks;
    tasks.swap(loop->tasks);  // what is posted meanwhile runs in the next turn
    for (keel_task* task : tasks) task->run(task), busy = true;
    for (size_t i = 0; i < loop->files.size(); ++i)
      if (!loop->files[i]->closed) busy |= LoopFunctions::serve(loop->files[i].get());
    for (const auto& file : loop->files) std::fill(file->own.begin(), file->own.end(), '\xdd');  // the turn is over
    std::erase_if(loop->files, [](const auto& f) { return f->closed; });
    const int64_t now = now_ns();
    for (keel_timer* t : std::vector<keel_timer*>{loop->timers}) {
      if (t->due_ns > now || std::erase(loop->timers, t) == 0) continue;
      t->task.run(&t->task);
      busy = true;
    }
  }
  current_ = nullptr;
  return busy;
}

bool Loops::until(const std::function<bool()>& done, int64_t milliseconds) {
  const int64_t end = now_ns() + milliseconds * 1'000'000;
  while (!done()) {
    if (!turn()) usleep(200);
    if (now_ns() > end) return done();
  }
  return true;
}

void Loops::settle() {
  for (int idle = 0; idle < 20;) {
    idle = turn() ? 0 : idle + 1;
    if (idle > 0) usleep(200);
  }
}

}  // namespace keel::testing
