#include "host/base/signal_stack.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <thread>

namespace keel::base {
namespace {

volatile bool g_enough = false;  // never; the compiler shall not know

[[gnu::noinline]] int grow(volatile char* above) {
  if (g_enough) return 0;
  volatile char here[4096];
  here[0] = above != nullptr ? above[0] : '\0';
  const int below = grow(here);
  return below + here[0];
}

void report(int) {
  constexpr char kText[] = "reported";
  (void)!::write(STDERR_FILENO, kText, sizeof kText - 1);
  ::_exit(7);
}

void overflow_in_a_thread(bool with_stack) {
  struct sigaction action {};
  action.sa_handler = report;
  action.sa_flags = SA_ONSTACK;
  ::sigaction(SIGSEGV, &action, nullptr);
  std::thread{[with_stack] {
    if (with_stack) {
      const SignalStack stack;
      grow(nullptr);
    } else {
      stack_t none{};
      none.ss_flags = SS_DISABLE;  // a sanitizer gives every thread one
      ::sigaltstack(&none, nullptr);
      grow(nullptr);
    }
  }}.join();
}

TEST(SignalStackDeathTest, LetsAThreadReportThatItsStackIsUsedUp) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(overflow_in_a_thread(true), testing::ExitedWithCode(7), "reported");
  EXPECT_EXIT(overflow_in_a_thread(false), testing::KilledBySignal(SIGSEGV), "") << "the test tests nothing";
}

TEST(SignalStack, LeavesTheThreadAsItWas) {
  stack_t before{}, meanwhile{}, after{};
  ::sigaltstack(nullptr, &before);
  {
    const SignalStack stack;
    ::sigaltstack(nullptr, &meanwhile);
  }
  ::sigaltstack(nullptr, &after);
  EXPECT_EQ(meanwhile.ss_flags & SS_DISABLE, 0);
  EXPECT_NE(meanwhile.ss_sp, before.ss_sp);
  EXPECT_EQ(after.ss_sp, before.ss_sp);
  EXPECT_EQ(after.ss_flags, before.ss_flags);
}

}  // namespace
}  // namespace keel::base
