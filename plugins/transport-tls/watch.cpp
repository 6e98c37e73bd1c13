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
  std::map<std::string, int> warned;  // days before the end of a certificate, by its digest [worker]
};
Watch g_watch;

// Said once each.
void warn_of_end(Context& c, int64_t now_s) {
  constexpr int kDays[] = {1, 7, 30};
  const auto g = c.generation();
  const int64_t left_s = g->certificate.not_after_s - now_s;
  for (const int days : kDays) {
    if (left_s > days * int64_t{86400}) continue;
    int& said = g_watch.warned[g->certificate.sha256];
    if (said != 0 && said <= days) return;
    said = days;
    log_line(g_watch.host, KEEL_LOG_WARNING,
             "The certificate of " + c.settings.address +
                 (left_s < 0 ? " has expired"
                             : " expires in " + std::to_string(left_s / 86400) + " days and " +
                                   std::to_string(left_s % 86400 / 3600) + " hours") +
                 ": " + g->certificate.subject);
    return;
  }
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
    each_listener([](Context& c) {
      std::string error;
      report(g_watch.host, c, c.reload(false, error), error);
      warn_of_end(c, std::time(nullptr));
      if (const auto g = c.generation(); g->sessions) g->sessions->sweep(std::time(nullptr));
    });
    again();
  };
  g_watch.timer.task.run = [](keel_task*) noexcept { g_watch.host->core->defer(&g_watch.look); };
  g_watch.arm.run = [](keel_task*) noexcept {  // [loop]
    g_watch.loops->timer(g_watch.loop, &g_watch.timer, g_watch.host->core->clock_ns() + kPeriodNs);
  };
  again();
}

}  // namespace keel::tls
