// host/loop/timers.h - the timers of one loop: a binary heap by due time that knows where each timer lies, so that
// moving and cancelling are cheap.
#pragma once
#include <cstdint>
#include <vector>

#include "keel/loop.h"

namespace keel::loop {

class Timers {
 public:
  // due 0 = cancel. [loop]
  void set(keel_timer* timer, int64_t due_ns);
  // Runs what is due; a task may set timers anew. [loop]
  void run_due(int64_t now_ns);
  bool empty() const noexcept { return heap_.empty(); }
  // -1 = none.
  int64_t next_due_ns() const noexcept { return heap_.empty() ? -1 : heap_.front()->due_ns; }

 private:
  static size_t place_of(const keel_timer* t) noexcept { return reinterpret_cast<size_t>(t->impl[0]); }
  void put(size_t i, keel_timer* t) noexcept;  // at index i
  void up(size_t i) noexcept;
  void down(size_t i) noexcept;
  void remove(size_t i) noexcept;

  std::vector<keel_timer*> heap_;  // impl[0] of each is its index + 1
  int64_t now_ns_ = 0;             // of the last run_due()
};

}  // namespace keel::loop
