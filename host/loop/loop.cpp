#include "host/loop/loop.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "host/base/clock.h"
#include "host/base/roles.h"
#include "keel/host.h"

namespace keel::loop {
namespace {

thread_local Loop* t_current = nullptr;

int checked(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return fd;
}

}  // namespace

struct Loop::Function {
  keel_task task{};
  std::function<void()> f;
};

Loop* Loop::current() noexcept {
  return t_current;
}

Loop::Loop(uint32_t index)
    : index_(index),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      wake_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")),
      arena_(new char[kArena]) {
  epoll_event e{};
  e.events = EPOLLIN | EPOLLET;
  e.data.ptr = nullptr;
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &e), "epoll_ctl");
}

Loop::~Loop() {
  bury();
  ::close(wake_);
  ::close(epoll_);
}

void Loop::stop() noexcept {
  stop_.store(true, std::memory_order_seq_cst);
  if (asleep_.exchange(false)) (void)::eventfd_write(wake_, 1);
}

void Loop::post(keel_task* task) noexcept {
  tasks_.push(task);
  if (asleep_.exchange(false, std::memory_order_seq_cst)) (void)::eventfd_write(wake_, 1);
}

void Loop::post(std::function<void()> f) {
  auto function = std::make_unique<Function>();
  function->f = std::move(f);
  function->task.run = [](keel_task* t) noexcept {
    const std::unique_ptr<Function> mine{reinterpret_cast<Function*>(t)};
    mine->f();
  };
  post(&function.release()->task);
}

// How long epoll may sleep; announces the sleep first, so that post() knows when a wake-up is needed.
int Loop::wait_ms() noexcept {
  if (again_ || !ready_.empty()) return 0;
  asleep_.store(true, std::memory_order_seq_cst);
  if (!tasks_.empty() || stop_.load(std::memory_order_seq_cst)) return 0;
  const int64_t due = timers_.next_due_ns();
  if (due < 0) return -1;
  const int64_t left = due - base::monotonic_ns();
  return left <= 0 ? 0 : static_cast<int>(std::min<int64_t>((left + 999'999) / 1'000'000, 60'000));
}

void Loop::run() {
  t_current = this;
  base::add_role(KEEL_ROLE_LOOP);
  std::array<epoll_event, kEvents> events;
  while (!stop_.load(std::memory_order_relaxed)) {
    const int n = ::epoll_wait(epoll_, events.data(), kEvents, wait_ms());
    asleep_.store(false, std::memory_order_relaxed);
    again_ = false;
    for (int i = 0; i < n; ++i) {
      auto* f = static_cast<keel_file*>(events[static_cast<size_t>(i)].data.ptr);
      if (f == nullptr) {
        eventfd_t count = 0;
        (void)::eventfd_read(wake_, &count);
      } else if (!f->closed) {
        on_event(f, events[static_cast<size_t>(i)].events);
      }
    }
    if (!ready_.empty()) {
      receiving_.swap(ready_);
      for (keel_file* f : receiving_) {
        f->ready = false;
        if (!f->closed && f->in != nullptr) receive(f);
      }
      receiving_.clear();
    }
    tasks_.run_all();
    if (!timers_.empty()) timers_.run_due(base::monotonic_ns());
    end_turn();
    bury();
  }
  // What the last turn has ended still says so: connections that close do it in two steps.
  for (int i = 0; i < 4; ++i) {
    tasks_.run_all();
    end_turn();
    bury();
  }
  base::drop_role(KEEL_ROLE_LOOP);
  t_current = nullptr;
}

void Loop::end_turn() {
  if (turn_end_ != nullptr) turn_end_(turn_end_arg_);
  arena_used_ = 0;
}

void Loop::bury() noexcept {
  for (keel_file* f : closed_) delete f;
  closed_.clear();
}

void Loop::watch(int fd, std::function<void()> f) {
  auto file = std::make_unique<keel_file>();
  file->loop = this;
  file->fd = fd;
  file->rare = std::make_unique<keel_file::Rare>();
  file->rare->watcher = std::move(f);
  epoll_event e{};
  e.events = EPOLLIN;
  e.data.ptr = file.get();
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &e), "epoll_ctl");
  watchers_.push_back(std::move(file));
}

void Loop::on_event(keel_file* f, uint32_t events) {
  constexpr uint32_t kOver = EPOLLERR | EPOLLHUP;
  if (f->rare && f->rare->watcher) return f->rare->watcher();
  if (f->listening) return accept_some(f);
  if (f->connecting) {
    if ((events & (EPOLLOUT | kOver)) != 0) finish_connect(f);
    return;
  }
  if ((events & (EPOLLOUT | kOver)) != 0 && f->out) {
    send_rest(f);
    if (f->closed) return;
  }
  if ((events & (EPOLLIN | EPOLLRDHUP | kOver)) == 0) return;
  f->readable = true;
  // An end that came together with the last bytes makes no second edge.
  if ((events & (EPOLLRDHUP | kOver)) != 0) f->ended = true;
  if (f->in != nullptr) receive(f);
}

}  // namespace keel::loop
