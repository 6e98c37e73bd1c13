// host/loop/loop.h - one I/O thread: an epoll loop behind the completion-style boundary of keel/loop.h.
//
// Descriptors are watched edge-triggered and registered once, so that a receive costs no system call but itself.  Bytes
// are received into the loop's own arena, which is handed out in slices and starts over with each turn: an idle
// connection owns no buffer, and a busy loop works in memory that stays in the cache.
#pragma once
#include <sys/epoll.h>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "host/base/task_queue.h"
#include "host/loop/timers.h"
#include "keel/loop.h"

struct keel_loop {};  // keel::loop::Loop, seen through the boundary

namespace keel::loop {
class Loop;
}

struct keel_file {  // a descriptor owned by one loop
  keel::loop::Loop* loop = nullptr;
  int32_t fd = -1;
  bool readable = false;  // the kernel may have more for us
  bool ready = false;     // stands in the loop's list of what to receive without waiting
  bool ended = false;     // the peer has finished, or the connection is broken: reading will say which
  bool closed = false;
  bool listening = false;
  bool connecting = false;
  bool watching_out = false;
  uint32_t accepts_per_turn = 0;
  keel_op* in = nullptr;  // the receive, accept or connect that waits
  keel_buf into{};
  struct Sending {
    keel_op* op;
    int64_t total;
    std::vector<keel_str> rest;
  };
  std::unique_ptr<Sending> out;  // the send that waits
  struct Rare {                  // what few files ever need
    keel_timer timer{};          // pause of accepts, or a connect that failed at once
    keel_file* file = nullptr;
    int error = 0;
    void (*run)(keel_file*) = nullptr;
    std::function<void()> watcher;  // Loop::watch()
  };
  std::unique_ptr<Rare> rare;
};

namespace keel::loop {

class Loop final : public keel_loop {
 public:
  // Throws std::system_error when the kernel refuses. [control]
  explicit Loop(uint32_t index);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  static Loop& from(keel_loop* l) noexcept { return *static_cast<Loop*>(l); }
  // The loop of this thread, or nullptr. [any]
  static Loop* current() noexcept;

  uint32_t index() const noexcept { return index_; }
  // Runs until stop(). [loop]
  void run();
  // Leaves run() at the end of a turn. [any]
  void stop() noexcept;
  // [any]
  void post(keel_task* task) noexcept;
  // [any] As post(), for cold paths: keeps the function until it has run.
  void post(std::function<void()> f);
  void timer(keel_timer* t, int64_t due_ns) { timers_.set(t, due_ns); }

  // What closes a turn: runs when the events of one wake-up have been taken in, and earlier when the arena is used up.
  // Everything received in the turn is valid until it returns. [control]
  void at_turn_end(void (*f)(void*), void* arg) noexcept {
    turn_end_ = f;
    turn_end_arg_ = arg;
  }
  // Do not sleep before the next turn: there is work that no event announces. [loop]
  void again() noexcept { again_ = true; }
  // Calls f whenever the descriptor is readable (level-triggered): for descriptors that are not streams. [control]
  void watch(int fd, std::function<void()> f);

  // keel/loop.h
  keel_file* adopt(int32_t fd) noexcept;
  void accept(keel_file* f, keel_op* op, uint32_t per_turn) noexcept;
  void connect(keel_file* f, keel_op* op, const void* address, uint32_t len) noexcept;
  void recv(keel_file* f, keel_op* op, keel_buf into) noexcept;
  keel_status send(keel_file* f, keel_op* op, const keel_str* iov, uint32_t n) noexcept;
  void close(keel_file* f) noexcept;

 private:
  static constexpr size_t kArena = 512 * 1024, kSlice = 64 * 1024, kLeastSlice = 16 * 1024;
  static constexpr int kEvents = 512;
  struct Function;

  bool may_sleep() noexcept;
  void set_alarm() noexcept;
  void on_event(keel_file* f, uint32_t events);
  void receive(keel_file* f);
  void accept_some(keel_file* f);
  void pause_accepts(keel_file* f) noexcept;
  void finish_connect(keel_file* f);
  void send_rest(keel_file* f);
  void watch_out(keel_file* f, bool on) noexcept;
  void arm(keel_file* f, uint32_t events) noexcept;
  // A timer of the file's own; dropped when it is closed.
  void after(keel_file* f, int64_t delay_ns, void (*run)(keel_file*)) noexcept;
  void end_turn();
  void bury() noexcept;

  const uint32_t index_;
  int epoll_ = -1, wake_ = -1;
  // Wakes the loop for its timers.  A timeout of epoll_wait() would cost each turn two looks at the clock, and each
  // sleep a timer of the kernel.
  int alarm_ = -1;
  int64_t alarm_ns_ = -1;  // when; -1 = it is not set
  bool rang_ = false;
  std::atomic<bool> stop_{false}, asleep_{false};
  base::TaskQueue tasks_;
  Timers timers_;
  std::vector<keel_file*> ready_, receiving_, closed_;
  std::unique_ptr<char[]> arena_;
  size_t arena_used_ = 0;
  bool again_ = false;
  void (*turn_end_)(void*) = nullptr;
  void* turn_end_arg_ = nullptr;
  std::vector<std::unique_ptr<keel_file>> watchers_;
};

}  // namespace keel::loop
