// host/base/clock.h - the three clocks: Unix time, monotonic time, and the processor's own ticks for what is timed a
// million times a second.
#pragma once
#include <cstdint>
#include <ctime>

namespace keel::base {

// [any] Unix time.
inline int64_t unix_us() noexcept {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<int64_t>(t.tv_sec) * 1'000'000 + t.tv_nsec / 1000;
}
inline int64_t unix_ms() noexcept {
  return unix_us() / 1000;
}

// [any] Never goes back.
inline int64_t monotonic_ns() noexcept {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<int64_t>(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

// Ticks of the processor (x86: the invariant TSC; elsewhere nanoseconds).
class Ticks {
 public:
  // [any]
  static uint64_t now() noexcept {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#else
    return static_cast<uint64_t>(monotonic_ns());
#endif
  }
  // [control] Measures the rate against the monotonic clock, for about 2 ms. Before it, a tick counts as a nanosecond.
  static void calibrate() noexcept;
  static uint64_t per_us() noexcept {
    return per_us_;
  }
  static uint64_t to_us(uint64_t ticks) noexcept {
    return ticks / per_us_;
  }
  // A multiplication, not a division: it is made for every command.
  static uint64_t to_ns(uint64_t ticks) noexcept {
    __extension__ using Wide = unsigned __int128;
    return static_cast<uint64_t>((static_cast<Wide>(ticks) * ns_factor_) >> 32);
  }
  static uint64_t from_us(uint64_t us) noexcept {
    return us * per_us_;
  }

 private:
  static uint64_t per_us_;
  static uint64_t ns_factor_;  // nanoseconds per tick, times 2^32
};

}  // namespace keel::base
