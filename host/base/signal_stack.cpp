#include "host/base/signal_stack.h"

#include <sys/mman.h>

namespace keel::base {

// Mapped and not allocated: pages that no handler touches cost nothing, and a corrupt heap does no harm.
SignalStack::SignalStack() noexcept
    : memory_(::mmap(nullptr, kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0)) {
  if (memory_ == MAP_FAILED) return;
  stack_t mine{};
  mine.ss_sp = memory_;
  mine.ss_size = kSize;
  ::sigaltstack(&mine, &before_);
}

SignalStack::~SignalStack() {
  if (memory_ == MAP_FAILED) return;
  ::sigaltstack(&before_, nullptr);
  ::munmap(memory_, kSize);
}

}  // namespace keel::base
