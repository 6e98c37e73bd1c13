// counters.h - what happened on a listener; kept by its address, so that a change of settings does not forget it.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>

#include "words.h"

namespace keel::tls {

struct Counters {  // [any]
  std::atomic<uint64_t> handshakes{0}, resumed{0}, in_flight{0}, open{0};
  std::array<std::atomic<uint64_t>, kFailures> failed{};

  void fail(Failure f) noexcept { failed[static_cast<size_t>(f)].fetch_add(1, std::memory_order_relaxed); }
};

}  // namespace keel::tls
