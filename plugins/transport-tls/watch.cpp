#include "watch.h"

#include <ctime>
#include <map>
#include <string>

#include "context.h"
#include "keel/cpp/text.hpp"
#include "listeners.h"
#include "outcome.h"

namespace keel::tls {
namespace {

constexpr int64_t kPeriodNs = 1'000'000'000;

struct Watch {
  const keel_host* host = nullptr;
  const keel_loops* loops = nullptr;
  keel_loop* loop = nullptr;
  keel_timer timer{};
  keel_task arm{}, look{};
  std::map<std::string, int> warned;  // days before an end, by whose it is [worker]
};
Watch g_watch;

// Said once each.
void warn_of_end(const std::string& address, const Ending& ending, int64_t now_s) {
  constexpr int kDays[] = {1, 7, 30};
  const int64_t left_s = ending.at_s - now_s;
  for (const int days : kDays) {
    if (left_s > days * int64_t{86400}) continue;
    int& said = g_watch.warned[address + ending.what + ending.name + std::to_string(ending.at_s)];
    if (said != 0 && said <= days) return;
    said = days;
    log_line(g_watch.host, KEEL_LOG_WARNING,
             "Listener " + address + ": " + ending.what +
                 (left_s < 0 ? " has expired"
                             : " expires in " + std::to_string(left_s / 86400) + " days and " +
                                   std::to_string(left_s % 86400 / 3600) + " hours") +
                 ": " + ending.name);
    return;
  }
}

// [worker]
void look_at(Context& c, int64_t now_s) {
  std::string error;
  report(g_watch.host, c, c.reload(false, error), error);
  const auto g = c.generation();
  for (const Ending* ending : g->endings())
    if (ending->at_s != 0) warn_of_end(c.settings.address, *ending, now_s);
  if (g->sessions) g->sessions->sweep(now_s);
  if (g->tickets) g->tickets->sweep();
}

// Nobody resumes in a context that new connections do not get. [worker]
void forget_sessions_of(Context& past, const Context& present) {
  const auto g = past.generation();
  if (g->sessions && g->sessions != present.generation()->sessions) g->sessions->clear();
}

void again() noexcept {
  g_watch.loops->post(g_watch.loop, &g_watch.arm);
}

}  // namespace

void start_watch(const keel_host* host, const keel_loops* loops) {
  g_watch.host = host;
  g_watch.loops = loops;
  g_watch.loop = loops->at(0);
  g_watch.look.run = [](keel_task*) noexcept {  // [worker]
    const int64_t now_s = std::time(nullptr);
    each_listener([now_s](Context& c) { look_at(c, now_s); });
    each_past(forget_sessions_of);
    again();
  };
  g_watch.timer.task.run = [](keel_task*) noexcept { g_watch.host->core->defer(&g_watch.look); };
  g_watch.arm.run = [](keel_task*) noexcept {  // [loop]
    g_watch.loops->timer(g_watch.loop, &g_watch.timer, g_watch.host->core->clock_ns() + kPeriodNs);
  };
  again();
}

}  // namespace keel::tls
