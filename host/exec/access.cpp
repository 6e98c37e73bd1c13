// The access clock of entries: seconds of the last access, or, under an LFU policy, minutes and a logarithmic counter,
// as Redis counts them (docs: "Key eviction", LFU mode).
#include <algorithm>

#include "host/base/random.h"
#include "host/exec/executor.h"

namespace keel::exec {
namespace {

constexpr uint32_t kClockMask = 0xffffff;
constexpr uint8_t kNewCounter = 5;

uint8_t decayed(uint32_t access, uint32_t minutes, int64_t decay_minutes) noexcept {
  const auto counter = static_cast<uint8_t>(access);
  if (decay_minutes <= 0) return counter;
  const uint32_t passed = (minutes - (access >> 8)) & 0xffff;
  const int64_t periods = passed / decay_minutes;
  return periods >= counter ? uint8_t{0} : static_cast<uint8_t>(counter - periods);
}

}  // namespace

uint32_t Executor::access_new() const noexcept {
  if (!base::evicts_by_lfu(settings.maxmemory_policy)) return access_clock_ & kClockMask;
  return ((access_clock_ / 60) & 0xffff) << 8 | kNewCounter;
}

uint32_t Executor::access_now(const keyspace::Entry* e) const noexcept {
  if (!base::evicts_by_lfu(settings.maxmemory_policy)) return access_clock_ & kClockMask;
  const uint32_t minutes = (access_clock_ / 60) & 0xffff;
  uint32_t counter = decayed(e->access(), minutes, settings.lfu_decay_time);
  if (counter < 255) {
    const uint32_t above = counter > kNewCounter ? counter - kNewCounter : 0;
    const uint64_t odds = static_cast<uint64_t>(above) * static_cast<uint64_t>(settings.lfu_log_factor.get()) + 1;
    if (base::fast_random_below(odds) == 0) ++counter;
  }
  return minutes << 8 | counter;
}

uint32_t Executor::access_as(std::optional<int64_t> idle_s, std::optional<int64_t> frequency) const noexcept {
  if (base::evicts_by_lfu(settings.maxmemory_policy))
    return frequency ? (access_new() & ~uint32_t{0xff}) | (static_cast<uint32_t>(*frequency) & 0xff) : access_new();
  constexpr int64_t kLongest = kClockMask / 2;  // s; the clock comes round after twice that
  const auto idle = static_cast<uint32_t>(std::min(idle_s.value_or(0), kLongest));
  return (access_clock_ - idle) & kClockMask;
}

uint8_t Executor::frequency(const keyspace::Entry* e) const noexcept {
  return decayed(e->access(), (access_clock_ / 60) & 0xffff, settings.lfu_decay_time);
}

int64_t Executor::idle_ms(const keyspace::Entry* e) const noexcept {
  return static_cast<int64_t>((access_clock_ - e->access()) & kClockMask) * 1000;
}

}  // namespace keel::exec
