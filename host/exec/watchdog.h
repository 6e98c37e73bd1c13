// host/exec/watchdog.h - a thread that notices a handler which does not return: every client waits for it.  Runs only
// while plugins are checked.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "host/exec/command_table.h"

namespace keel::exec {

class Watchdog {
 public:
  ~Watchdog() { stop(); }

  // [executor] Says so when a handler has run for that many milliseconds; starts the thread when there is none.
  void watch(int64_t limit_ms);
  // [executor] Ends the thread.
  void stop() noexcept;

  // [executor] Around a handler; handlers nest.
  struct Outer {
    const Command* command;
    int64_t began_ns;
  };
  Outer begin(const Command& c) noexcept;
  void end(const Outer& outer) noexcept { set(outer.command, outer.began_ns); }

 private:
  void set(const Command* command, int64_t began_ns) noexcept {
    began_ns_.store(0, std::memory_order_relaxed);
    command_.store(command, std::memory_order_release);
    began_ns_.store(began_ns, std::memory_order_release);
  }
  void run();
  void look(int64_t limit_ns);

  // The command that runs and since when; 0 = none.  The time tells one run from another, too.
  std::atomic<const Command*> command_{nullptr};
  std::atomic<int64_t> began_ns_{0};
  int64_t said_ns_ = 0;  // the run that was told of last; the thread's own

  std::mutex mutex_;
  std::condition_variable wake_;
  int64_t limit_ns_ = 0;  // 0 = end
  std::thread thread_;
};

}  // namespace keel::exec
