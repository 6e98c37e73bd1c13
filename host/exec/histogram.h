// host/exec/histogram.h - durations of one command: sixteen buckets for each power of two of nanoseconds, so that
// adding one is a shift and an increment and every percentile is right within 6%.
#pragma once
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace keel::exec {

class Histogram {
 public:
  // Nanoseconds.
  void add(uint64_t ns) noexcept {
    ++count_;
    ++buckets_[index(ns)];
  }
  uint64_t count() const noexcept { return count_; }
  // The duration (ns) that `fraction` (0..1) of all did not exceed: the upper end of its bucket.
  uint64_t percentile(double fraction) const noexcept {
    if (count_ == 0) return 0;
    auto rank = static_cast<uint64_t>(std::llround(fraction * static_cast<double>(count_)));
    if (rank == 0) rank = 1;
    if (rank > count_) rank = count_;
    uint64_t seen = 0;
    for (size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen >= rank) return upper(i);
    }
    return upper(buckets_.size() - 1);
  }
  // How many took at most ns.
  uint64_t count_up_to(uint64_t ns) const noexcept {
    uint64_t seen = 0;
    const size_t last = index(ns);
    for (size_t i = 0; i <= last; ++i) seen += buckets_[i];
    return seen;
  }
  void reset() noexcept {
    count_ = 0;
    buckets_.fill(0);
  }

 private:
  static constexpr unsigned kFine = 4;                       // 16 buckets for each power of two
  static constexpr size_t kBuckets = (36 - kFine) << kFine;  // up to 2^35 ns, about half a minute; the rest in the last

  static size_t index(uint64_t ns) noexcept {
    if (ns < (1u << kFine)) return static_cast<size_t>(ns);
    const auto top = static_cast<unsigned>(std::bit_width(ns)) - 1;
    const size_t i = (static_cast<size_t>(top - kFine + 1) << kFine) + ((ns >> (top - kFine)) & ((1u << kFine) - 1));
    return i < kBuckets ? i : kBuckets - 1;
  }
  static uint64_t upper(size_t i) noexcept {
    if (i < (1u << kFine)) return i;
    const auto top = static_cast<unsigned>(i >> kFine) + kFine - 1;
    const uint64_t step = uint64_t{1} << (top - kFine);
    return (uint64_t{1} << top) + ((i & ((1u << kFine) - 1)) + 1) * step - 1;
  }

  uint64_t count_ = 0;
  std::array<uint32_t, kBuckets> buckets_{};
};

}  // namespace keel::exec
