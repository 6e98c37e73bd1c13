#include "host/loop/loop.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "host/base/clock.h"
#include "host/base/roles.h"
#include "host/loop/socket_calls.h"
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
      alarm_(checked(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")),
      arena_(new char[kArena]) {
  epoll_event e{};
  e.events = EPOLLIN | EPOLLET;
  e.data.ptr = nullptr;
  checked(::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &e), "epoll_ctl");
  watch(alarm_, [this] {
    uint64_t times = 0;
    (void)!::read(alarm_, &times, sizeof times);
    alarm_ns_ = -1;
    rang_ = true;
  });
}

Loop::~Loop() {
  bury();
  ::close(alarm_);
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

// Whether epoll may sleep; announces the sleep first, so that post() knows when a wake-up is needed.
bool Loop::may_sleep() noexcept {
  if (again_ || !ready_.empty()) return false;
  asleep_.store(true, std::memory_order_seq_cst);
  return tasks_.empty() && !stop_.load(std::memory_order_seq_cst);
}

// One that rings too early, as a timer was cancelled, does no harm.
void Loop::set_alarm() noexcept {
  const int64_t due = timers_.next_due_ns();
  if (due < 0 || (alarm_ns_ >= 0 && alarm_ns_ <= due)) return;
  constexpr int64_t kSecond = 1'000'000'000;
  const itimerspec when{.it_interval = {}, .it_value = {due / kSecond, due % kSecond}};
  if (::timerfd_settime(alarm_, TFD_TIMER_ABSTIME, &when, nullptr) == 0) alarm_ns_ = due;
}

void Loop::run() {
  t_current = this;
  base::add_role(KEEL_ROLE_LOOP);
  std::array<epoll_event, kEvents> events;
  while (!stop_.load(std::memory_order_relaxed)) {
    set_alarm();
    const int n = wait_for_events(epoll_, events.data(), kEvents, may_sleep() ? -1 : 0);
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
    if (std::exchange(rang_, false)) timers_.run_due(base::monotonic_ns());
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
