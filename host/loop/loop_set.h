// host/loop/loop_set.h - all I/O threads of the process, and the table through which plugins reach them.
#pragma once
#include <memory>
#include <thread>
#include <vector>

#include "host/loop/loop.h"

namespace keel::loop {

class LoopSet {
 public:
  // Throws std::system_error. One set per process. [control]
  explicit LoopSet(uint32_t n);
  ~LoopSet();

  uint32_t size() const noexcept { return static_cast<uint32_t>(loops_.size()); }
  Loop& operator[](uint32_t i) noexcept { return *loops_[i]; }
  // Runs loop 0 on this thread and the others on their own, until stop(). [control]
  void run();
  void stop() noexcept;  // [any]
  // Where the next connection goes: in turn. [any]
  Loop& assign() noexcept;

  // keel.loop/1
  static const keel_loops& table() noexcept;

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
  std::atomic<uint32_t> next_{0};
};

}  // namespace keel::loop
