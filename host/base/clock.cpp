#include "host/base/clock.h"

namespace keel::base {

uint64_t Ticks::per_us_ = 1000;
uint64_t Ticks::ns_factor_ = uint64_t{1} << 32;

void Ticks::calibrate() noexcept {
#if defined(__x86_64__)
  const int64_t from_ns = monotonic_ns();
  const uint64_t from = now();
  while (monotonic_ns() - from_ns < 2'000'000) {
  }
  const int64_t ns = monotonic_ns() - from_ns;
  const uint64_t ticks = now() - from;
  per_us_ = ticks * 1000 / static_cast<uint64_t>(ns);
  if (per_us_ == 0) per_us_ = 1;
  ns_factor_ = (uint64_t{1000} << 32) / per_us_;
#endif
}

}  // namespace keel::base
