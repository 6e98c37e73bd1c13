// DEBUG: ways to end badly, for tests of whoever watches the process.
#include <csignal>
#include <cstdlib>

#include "host/admin/debug.h"
#include "host/base/log.h"

namespace keel::admin {
namespace {

[[noreturn]] void die(std::string_view why) {
  base::log(base::LogLevel::kWarning, why);
  std::abort();
}

}  // namespace

keel_status debug_segfault(Ctx) {
  base::log(base::LogLevel::kWarning, "DEBUG SEGFAULT was called");
  std::signal(SIGSEGV, SIG_DFL);
  std::raise(SIGSEGV);
  std::abort();
}

keel_status debug_panic(Ctx) {
  die("called by Unit Test");
}
keel_status debug_assert(Ctx) {
  die("an assertion failed: DEBUG ASSERT was called");
}
keel_status debug_oom(Ctx) {
  die("out of memory: DEBUG OOM was called");
}

}  // namespace keel::admin
