// host/exec/role.h - the executor is a role, not a thread: the loop that has parsed a batch takes it, runs the batch,
// and gives it back.  The keyspace and all that commands see belong to its holder.
//
// docs/threads.md tells why it is not a thread of its own.
#pragma once
#include <atomic>
#include <cstdint>

#include "host/base/roles.h"
#include "keel/host.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace keel::exec {

class Role {
 public:
  void acquire() noexcept {
    uint32_t free = kFree;
    if (!state_.compare_exchange_strong(free, kHeld, std::memory_order_acquire, std::memory_order_relaxed))
      acquire_slow();
    base::add_role(KEEL_ROLE_EXECUTOR);
  }
  void release() noexcept {
    base::drop_role(KEEL_ROLE_EXECUTOR);
    if (state_.exchange(kFree, std::memory_order_release) == kWanted) state_.notify_one();
  }

 private:
  // A batch takes a few microseconds: as long is worth spinning. Longer, and the thread sleeps.
  static constexpr int kSpins = 400;
  static constexpr uint32_t kFree = 0, kHeld = 1, kWanted = 2;

  void acquire_slow() noexcept {
    for (int i = 0; i < kSpins; ++i) {
      uint32_t free = kFree;
      if (state_.load(std::memory_order_relaxed) == kFree &&
          state_.compare_exchange_weak(free, kHeld, std::memory_order_acquire, std::memory_order_relaxed))
        return;
#if defined(__x86_64__)
      _mm_pause();
#endif
    }
    while (state_.exchange(kWanted, std::memory_order_acquire) != kFree) state_.wait(kWanted);
  }

  std::atomic<uint32_t> state_{kFree};
};

// Holds the role for a scope.
class RoleHeld {
 public:
  explicit RoleHeld(Role& r) noexcept : role_(r) { role_.acquire(); }
  ~RoleHeld() { role_.release(); }
  RoleHeld(const RoleHeld&) = delete;
  RoleHeld& operator=(const RoleHeld&) = delete;

 private:
  Role& role_;
};

}  // namespace keel::exec
