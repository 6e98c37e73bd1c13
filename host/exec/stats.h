// host/exec/stats.h - what the server counts about itself.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace keel::exec {

// A rate per second, over the last sixteen samples.
class Rate {
 public:
  void sample(uint64_t total, int64_t now_ms) noexcept {
    if (last_ms_ != 0 && now_ms > last_ms_) {
      samples_[next_] = (total - last_total_) * 1000 / static_cast<uint64_t>(now_ms - last_ms_);
      next_ = (next_ + 1) % samples_.size();
    }
    last_total_ = total;
    last_ms_ = now_ms;
  }
  uint64_t per_second() const noexcept {
    uint64_t sum = 0;
    for (const uint64_t s : samples_) sum += s;
    return sum / samples_.size();
  }
  void reset() noexcept { *this = Rate{}; }

 private:
  std::array<uint64_t, 16> samples_{};
  size_t next_ = 0;
  uint64_t last_total_ = 0;
  int64_t last_ms_ = 0;
};

struct Stats {  // [executor] but for the atomics
  uint64_t commands = 0, hits = 0, misses = 0, expired = 0, evicted = 0, evicted_clients = 0;
  uint64_t expired_elements = 0;  // that ended inside values
  uint64_t expire_time_cap_reached = 0, expire_cycle_us = 0;
  double expired_stale_fraction = 0;
  uint64_t errors = 0;                       // replies of commands; see all_errors()
  std::atomic<uint64_t> protocol_errors{0};  // replies "ERR Protocol error..." to bytes that are no command
  uint64_t eviction_exceeded_us = 0;         // in the past
  int64_t eviction_exceeded_since = 0;       // monotonic ns since when maxmemory does not hold; 0 = it does
  std::atomic<uint64_t> query_buffer_limit_disconnections{0}, output_buffer_limit_disconnections{0};
  int64_t memory_peak = 0;
  std::map<std::string, uint64_t, std::less<>> error_counts;  // by the first word of the reply

  std::atomic<uint64_t> connections{0}, rejected_connections{0};
  std::atomic<uint64_t> input_bytes{0}, output_bytes{0};
  std::atomic<uint64_t> reads{0}, writes{0};  // receives and sends

  Rate commands_rate, input_rate, output_rate;

  // Whether memory is above maxmemory although eviction has had its time.
  void eviction_exceeds(bool yes, int64_t now_ns) noexcept {
    if (yes && eviction_exceeded_since == 0) eviction_exceeded_since = now_ns;
    if (yes || eviction_exceeded_since == 0) return;
    eviction_exceeded_us += static_cast<uint64_t>(now_ns - eviction_exceeded_since) / 1000;
    eviction_exceeded_since = 0;
  }

  static constexpr size_t kMostErrors = 128;
  // text: the reply without '-'.
  void count_error(std::string_view text) {
    ++errors;
    const auto word = text.substr(0, text.find(' '));
    const auto found = error_counts.find(word);
    if (found != error_counts.end())
      ++found->second;
    else if (error_counts.size() < kMostErrors)
      error_counts.emplace(std::string{word}, 1);
  }
  // All of them, by the first word of the reply.
  uint64_t all_errors() const noexcept { return errors + protocol_errors.load(std::memory_order_relaxed); }
  std::map<std::string, uint64_t, std::less<>> all_error_counts() const {
    auto all = error_counts;
    if (const uint64_t n = protocol_errors.load(std::memory_order_relaxed); n > 0) all["ERR"] += n;
    return all;
  }
  void reset() {
    commands = hits = misses = expired = expired_elements = evicted = evicted_clients = 0;
    expire_time_cap_reached = expire_cycle_us = 0;
    expired_stale_fraction = 0;
    errors = eviction_exceeded_us = 0;
    protocol_errors = 0;
    eviction_exceeded_since = 0;
    memory_peak = 0;
    error_counts.clear();
    query_buffer_limit_disconnections = output_buffer_limit_disconnections = 0;
    connections = rejected_connections = input_bytes = output_bytes = reads = writes = 0;
    commands_rate.reset();
    input_rate.reset();
    output_rate.reset();
  }
};

}  // namespace keel::exec
