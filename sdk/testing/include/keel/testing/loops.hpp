// keel/testing/loops.hpp - keel.loop/1 over poll(), one thread for all loops, with bytes cut at random places.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "keel/loop.h"

namespace keel::testing {

class Loops {
 public:
  Loops();
  ~Loops();
  Loops(const Loops&) = delete;
  Loops& operator=(const Loops&) = delete;

  static const keel_loops& table();
  keel_loop* at(uint32_t i) const;
  keel_loop* current() const { return current_; }

  // Runs `work` as a task of that loop would run.
  void on(keel_loop* loop, const std::function<void()>& work);
  // One turn of each loop. False: nothing was there to do.
  bool turn();
  // Turns until `done`, or until so much time has passed. False: it has not come to be.
  bool until(const std::function<bool()>& done, int64_t milliseconds = 5000);
  // Turns until nothing happens any more.
  void settle();
  void cuts(bool on) { cuts_ = on; }

 private:
  friend struct LoopFunctions;
  std::vector<std::unique_ptr<keel_loop>> loops_;
  keel_loop* current_ = nullptr;
  uint32_t next_ = 0;
  bool cuts_ = true;
};

}  // namespace keel::testing
