#include "host/exec/watchdog.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "host/base/clock.h"
#include "host/base/log.h"
#include "host/exec/checks.h"

namespace keel::exec {

void Watchdog::watch(int64_t limit_ms) {
  {
    const std::lock_guard lock(mutex_);
    limit_ns_ = limit_ms * 1'000'000;
  }
  wake_.notify_one();
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
}

void Watchdog::stop() noexcept {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    limit_ns_ = 0;
  }
  wake_.notify_one();
  thread_.join();
}

Watchdog::Outer Watchdog::begin(const Command& c) noexcept {
  const Outer outer{command_.load(std::memory_order_relaxed), began_ns_.load(std::memory_order_relaxed)};
  set(&c, base::monotonic_ns());
  return outer;
}

void Watchdog::run() {
  ::pthread_setname_np(::pthread_self(), "keel-watchdog");
  constexpr int64_t kShortest = 1'000'000;  // ns
  std::unique_lock lock(mutex_);
  while (limit_ns_ > 0) {
    const int64_t limit = limit_ns_;
    wake_.wait_for(lock, std::chrono::nanoseconds(std::max(limit / 4, kShortest)));
    if (limit_ns_ != limit) continue;
    lock.unlock();
    look(limit);
    lock.lock();
  }
}

void Watchdog::look(int64_t limit_ns) {
  const int64_t began = began_ns_.load(std::memory_order_acquire);
  const Command* command = command_.load(std::memory_order_acquire);
  if (began == 0 || began == said_ns_ || began_ns_.load(std::memory_order_relaxed) != began) return;
  const int64_t age = base::monotonic_ns() - began;
  if (age < limit_ns) return;
  said_ns_ = began;
  base::log(base::LogLevel::kWarning,
            breach_sentence(*command, "it has held up every client for " + std::to_string(age / 1'000'000) +
                                          " ms and has not returned"));
}

}  // namespace keel::exec
