#include "host/server/signals.h"

#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstring>
#include <iterator>
#include <string>

#include "host/base/log.h"
#include "host/plugin/address.h"

namespace keel::server {
namespace {

sigset_t watched() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int s : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&set, s);
  return set;
}

constexpr int kFaults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
char g_log_file[1024];

// Only what is async-signal-safe from here on.
void say(int fd, const char* text) noexcept {
  (void)!::write(fd, text, std::strlen(text));
}
void say_hex(int fd, uintptr_t n) noexcept {
  char out[19] = "0x0000000000000000";
  for (int i = 17; i > 1; --i, n >>= 4) out[i] = "0123456789abcdef"[n & 15];
  say(fd, out);
}

const char* name_of(int signal) noexcept {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    default:
      return "SIGABRT";
  }
}

void report(int signal, siginfo_t* info, void* context) {
  int fd = g_log_file[0] != '\0' ? ::open(g_log_file, O_APPEND | O_CREAT | O_WRONLY | O_CLOEXEC, 0644) : STDOUT_FILENO;
  if (fd < 0) fd = STDERR_FILENO;
  say(fd, "\n=== KEEL CRASH REPORT: signal ");
  say(fd, name_of(signal));
  const void* at = nullptr;
#if defined(__x86_64__)
  at = reinterpret_cast<const void*>(static_cast<const ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#elif defined(__aarch64__)
  at = reinterpret_cast<const void*>(static_cast<const ucontext_t*>(context)->uc_mcontext.pc);
#endif
  say(fd, " at instruction ");
  say_hex(fd, reinterpret_cast<uintptr_t>(at));
  say(fd, ", address ");
  say_hex(fd, reinterpret_cast<uintptr_t>(info->si_addr));
  void* frames[64];
  const int n = ::backtrace(frames, static_cast<int>(std::size(frames)));
  const char* culprit = plugin::plugin_at(at);
  for (int i = 0; i < n && culprit == nullptr; ++i) culprit = plugin::plugin_at(frames[i]);
  say(fd, "\nin ");
  say(fd, culprit != nullptr ? "plugin " : "the host");
  if (culprit != nullptr) say(fd, culprit);
  say(fd, "\n--- backtrace\n");
  ::backtrace_symbols_fd(frames, n, fd);
  say(fd, "=== END OF REPORT\n");
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

void block_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void watch_signals(loop::Loop& loop, std::function<void(int)> on_stop, std::function<void()> on_reload) {
  const sigset_t set = watched();
  const int fd = ::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (fd < 0) return;
  loop.watch(fd, [fd, on_stop = std::move(on_stop), on_reload = std::move(on_reload)] {
    signalfd_siginfo info{};
    while (::read(fd, &info, sizeof info) == sizeof info) {
      if (info.ssi_signo == SIGHUP)
        on_reload();
      else
        on_stop(static_cast<int>(info.ssi_signo));
    }
  });
}

void install_crash_report(const char* log_file) {
  std::strncpy(g_log_file, log_file, sizeof g_log_file - 1);
  void* warm[1];
  ::backtrace(warm, 1);  // loads what backtrace() needs, now, not in a handler
  struct sigaction action {};
  action.sa_sigaction = report;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | static_cast<int>(SA_RESETHAND) | SA_ONSTACK;
  for (const int s : kFaults) ::sigaction(s, &action, nullptr);
}

void remove_crash_report() {
  for (const int s : kFaults) ::signal(s, SIG_DFL);
}

}  // namespace keel::server
