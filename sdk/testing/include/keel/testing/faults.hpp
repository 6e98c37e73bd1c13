// keel/testing/faults.hpp - what went wrong, collected, so that one run tells all of it. Used by one thread at a time.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace keel::testing {

// Notes a broken rule, together with the scene that is being played. The same words are kept once.
void fault(const std::string& what);
const std::vector<std::string>& faults();
void clear_faults();

// Names what is being done, for the faults noted while it lives: "ring: load of 17 bytes".
class Scene {
 public:
  explicit Scene(const std::string& name);
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
};

// Random numbers that are the same in each run.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 2 + 1) {}
  uint64_t roll();
  // 0 .. n-1; n > 0
  size_t below(size_t n) { return static_cast<size_t>(roll() % n); }
  bool one_in(size_t n) { return below(n) == 0; }
  std::string bytes(size_t n);

 private:
  uint64_t state_;
};

}  // namespace keel::testing
