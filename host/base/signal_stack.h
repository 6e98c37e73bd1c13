// host/base/signal_stack.h - a stack for signal handlers, so that a thread whose own stack is used up can still report.
#pragma once
#include <signal.h>

#include <cstddef>

namespace keel::base {

// Of the thread that makes it, for as long as it lives: one at the entry of every thread that the host starts.
// Handlers must be installed with SA_ONSTACK. Without memory the thread has none, as before.
class SignalStack {
 public:
  SignalStack() noexcept;
  ~SignalStack();
  SignalStack(const SignalStack&) = delete;
  SignalStack& operator=(const SignalStack&) = delete;

 private:
  static constexpr size_t kSize = 128 * 1024;  // a backtrace through any library's frames
  void* memory_;
  stack_t before_{};
};

}  // namespace keel::base
