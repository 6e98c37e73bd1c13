#include "host/base/clock.h"

namespace keel::base {

uint64_t Ticks::per_us_ = 1000;
uint64_t Ticks::ns_factor_ = uint64_t{1} << 32;

#if defined(__x86_64__)
namespace {

// One moment on both clocks.
struct Moment {
  int64_t ns;
  uint64_t ticks;
};

// Of some tries the one with the least time between the reads of the clocks: an interrupt or a switch to another
// process in between would make every later duration wrong by its part of the whole.
Moment moment() noexcept {
  Moment best{};
  int64_t least = INT64_MAX;
  for (int i = 0; i < 16; ++i) {
    const int64_t before = monotonic_ns();
    const uint64_t ticks = Ticks::now();
    const int64_t between = monotonic_ns() - before;
    if (between >= least) continue;
    least = between;
    best = {before + between / 2, ticks};
  }
  return best;
}

}  // namespace
#endif

void Ticks::calibrate() noexcept {
#if defined(__x86_64__)
  const Moment from = moment();
  while (monotonic_ns() - from.ns < 2'000'000) {
  }
  const Moment to = moment();
  per_us_ = (to.ticks - from.ticks) * 1000 / static_cast<uint64_t>(to.ns - from.ns);
  if (per_us_ == 0) per_us_ = 1;
  ns_factor_ = (uint64_t{1000} << 32) / per_us_;
#endif
}

}  // namespace keel::base
