// host/exec/latency.h - events that took longer than latency-monitor-threshold, as LATENCY shows them.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace keel::exec {

class LatencySeries {
 public:
  static constexpr size_t kSamples = 160;
  struct Sample {
    int64_t time_s = 0;  // 0 = none
    uint64_t ms = 0;
  };
  // Samples of one second count as one, the longest.
  void add(int64_t time_s, uint64_t ms) noexcept {
    if (ms > max_) max_ = ms;
    Sample& last = samples_[(next_ + kSamples - 1) % kSamples];
    if (last.time_s == time_s) {
      if (ms > last.ms) last.ms = ms;
      return;
    }
    samples_[next_] = {time_s, ms};
    next_ = (next_ + 1) % kSamples;
  }
  uint64_t max() const noexcept { return max_; }
  const Sample& last() const noexcept { return samples_[(next_ + kSamples - 1) % kSamples]; }
  // From the oldest to the newest.
  template <class F>
  void each(F&& f) const {
    for (size_t i = 0; i < kSamples; ++i)
      if (const Sample& s = samples_[(next_ + i) % kSamples]; s.time_s != 0) f(s);
  }

 private:
  std::array<Sample, kSamples> samples_{};
  size_t next_ = 0;
  uint64_t max_ = 0;
};

class LatencyMonitor {
 public:
  void add(std::string_view event, int64_t time_s, uint64_t ms) {
    auto found = series_.find(event);
    if (found == series_.end()) found = series_.emplace(std::string{event}, LatencySeries{}).first;
    found->second.add(time_s, ms);
  }
  std::map<std::string, LatencySeries, std::less<>>& series() noexcept { return series_; }

 private:
  std::map<std::string, LatencySeries, std::less<>> series_;
};

}  // namespace keel::exec
