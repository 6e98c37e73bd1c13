// LATENCY: spikes that were seen, by event, and the durations of every command.
#include "host/admin/latency_docs.h"
#include "host/admin/rows.h"
#include "host/admin/sparkline.h"
#include "host/admin/text.h"
#include "host/admin/words.h"
#include "host/exec/executor.h"

namespace keel::admin {
namespace {

auto& series_of(Ctx c) {
  return exec::Executor::of(c.raw()).latency.series();
}

keel_status latest(Ctx c) {
  const auto& all = series_of(c);
  c.array(all.size());
  for (const auto& [event, series] : all) {
    c.array(4);
    c.bulk(event);
    c.integer(series.last().time_s);
    c.integer(static_cast<int64_t>(series.last().ms));
    c.integer(static_cast<int64_t>(series.max()));
  }
  return KEEL_OK;
}

keel_status history(Ctx c) {
  OpenArray open(c);
  uint64_t n = 0;
  const auto& all = series_of(c);
  if (const auto found = all.find(c.arg(2)); found != all.end()) {
    found->second.each([&](const exec::LatencySeries::Sample& s) {
      ++n;
      c.array(2);
      c.integer(s.time_s);
      c.integer(static_cast<int64_t>(s.ms));
    });
  }
  open.close(n);
  return KEEL_OK;
}

keel_status reset(Ctx c) {
  auto& all = series_of(c);
  size_t n = 0;
  if (c.argc() == 2) {
    n = all.size();
    all.clear();
  }
  for (uint32_t i = 2; i < c.argc(); ++i) {
    const auto found = all.find(c.arg(i));
    if (found == all.end()) continue;
    all.erase(found);
    ++n;
  }
  return c.integer(static_cast<int64_t>(n));
}

// "12s", "3m", "5h", "2d".
std::string age(int64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + "s";
  if (seconds < 3600) return std::to_string(seconds / 60) + "m";
  if (seconds < 86400) return std::to_string(seconds / 3600) + "h";
  return std::to_string(seconds / 86400) + "d";
}

keel_status graph(Ctx c) {
  const auto& all = series_of(c);
  const auto found = all.find(c.arg(2));
  if (found == all.end()) return error_about(c, "ERR No samples available for event '", c.arg(2));
  const int64_t now = exec::Executor::of(c.raw()).now_s();
  std::vector<SparkSample> samples;
  uint64_t low = UINT64_MAX, high = 0;
  found->second.each([&](const exec::LatencySeries::Sample& s) {
    samples.push_back({s.ms, age(std::max<int64_t>(now - s.time_s, 0))});
    low = std::min(low, s.ms);
    high = std::max(high, s.ms);
  });
  std::string text = found->first + " - high " + std::to_string(high) + " ms, low " + std::to_string(low) +
                     " ms (all time high " + std::to_string(found->second.max()) + " ms)\n" + std::string(80, '-') +
                     "\n";
  return c.verbatim(text + sparkline(samples));
}

// What is worth saying of one event.
std::string diagnosis(const std::string& event, const exec::LatencySeries& series, int64_t now) {
  std::vector<uint64_t> values;
  uint64_t sum = 0, deviations = 0;
  int64_t oldest = now;
  series.each([&](const exec::LatencySeries::Sample& s) {
    values.push_back(s.ms);
    sum += s.ms;
    oldest = std::min(oldest, s.time_s);
  });
  const uint64_t n = std::max<uint64_t>(values.size(), 1), average = sum / n;
  for (const uint64_t v : values) deviations += v > average ? v - average : average - v;
  return event + ": " + std::to_string(values.size()) + " latency spikes (average " + std::to_string(average) +
         "ms, mean deviation " + std::to_string(deviations / n) + "ms, period " +
         fixed(static_cast<double>(now - oldest) / static_cast<double>(n), 2) + " sec). Worst all time event " +
         std::to_string(series.max()) + "ms.";
}

std::string advice(exec::Executor& executor) {
  const auto& all = executor.latency.series();
  const int64_t threshold_us = executor.settings.latency_monitor_threshold * 1000;
  const int64_t logged_us = executor.settings.slowlog_log_slower_than;
  std::string out;
  const auto add = [&out](Str sentence) { out.append("- ").append(sentence).append("\n"); };
  if (all.contains("command")) {
    if (logged_us < 0)
      add("The Slow Log is off, so it cannot tell which commands were slow. Switch it on with 'CONFIG SET "
          "slowlog-log-slower-than " +
          std::to_string(threshold_us) + "'.");
    else if (logged_us > threshold_us && threshold_us > 0)
      add("The Slow Log knows only commands that take longer than what the latency monitor calls a spike. Lower its "
          "limit with 'CONFIG SET slowlog-log-slower-than " +
          std::to_string(threshold_us) + "'.");
    add("Look at SLOWLOG GET to see which commands take long.");
    add("Commands over many keys or elements (KEYS, SORT, big ranges) take long by their nature; so does deleting a "
        "big "
        "value with DEL where UNLINK would do.");
  }
  if (all.contains("fast-command"))
    add("Commands that are always fast were slow: the machine is short of CPU, or memory was swapped out.");
  if (all.contains("expire-cycle")) add("Many keys expire at the same time. Add a random part to their times to live.");
  if (all.contains("eviction-cycle"))
    add("Eviction takes long: big values are freed, or maxmemory is too low for what is written. "
        "lazyfree-lazy-eviction frees them on another thread.");
  return out;
}

keel_status doctor(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  const auto& all = series_of(c);
  if (all.empty() && executor.settings.latency_monitor_threshold == 0)
    return c.verbatim(
        "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Keel instance. You may use \"CONFIG "
        "SET latency-monitor-threshold <milliseconds>.\" in order to enable it.\n");
  if (all.empty())
    return c.verbatim(
        "Dave, no latency spike was observed during the lifetime of this Keel instance, not in the slightest bit.\n");
  std::string text =
      "Dave, I have observed latency spikes in this Keel instance. You don't mind talking about it, do you Dave?\n\n";
  size_t number = 0;
  for (const auto& [event, series] : all)
    text += std::to_string(++number) + ". " + diagnosis(event, series, executor.now_s()) + "\n";
  if (const std::string advices = advice(executor); !advices.empty())
    text += "\nI have a few advices for you:\n\n" + advices;
  return c.verbatim(text);
}

// -- the durations of commands ----------------------------------------------------------------------------------------

void reply_durations(Ctx c, const exec::Command& command) {
  const exec::Histogram& h = *command.latency;
  c.map(2);
  c.bulk("calls");
  c.integer(static_cast<int64_t>(h.count()));
  c.bulk("histogram_usec");
  OpenArray open(c);
  uint64_t n = 0, before = 0;
  // From a microsecond on, doubling: as many as were shorter. The names of the limits are those of a histogram that is
  // right to two digits.
  for (unsigned power = 10; before < h.count(); ++power) {
    const uint64_t limit = uint64_t{1} << power;
    const uint64_t upto = power >= 36 ? h.count() : h.count_up_to(limit - 1);
    if (upto == before) continue;
    c.integer(static_cast<int64_t>((limit + limit / 128 - 1) / 1000));
    c.integer(static_cast<int64_t>(upto));
    before = upto;
    ++n;
  }
  open.close(n, KEEL_MAP);
}

keel_status histogram(Ctx c) {
  const exec::CommandTable& table = exec::Executor::of(c.raw()).commands;
  OpenArray open(c);
  uint64_t n = 0;
  const auto reply = [&](const exec::Command& command) {
    if (command.latency == nullptr || command.latency->count() == 0) return;
    ++n;
    c.bulk(command.name);
    reply_durations(c, command);
  };
  const auto reply_all = [&](const exec::Command& command) {
    reply(command);
    for (const exec::Command* s : command.subcommands) reply(*s);
  };
  if (c.argc() == 2)
    for (const exec::Command* command : table.commands()) reply_all(*command);
  for (uint32_t i = 2; i < c.argc(); ++i)
    if (const exec::Command* command = table.find(c.arg(i))) reply_all(*command);
  open.close(n, KEEL_MAP);
  return KEEL_OK;
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "DOCTOR",
                           "    Return a human readable latency analysis report.",
                           "GRAPH <event>",
                           "    Return an ASCII latency graph for the <event> class.",
                           "HISTORY <event>",
                           "    Return time-latency samples for the <event> class.",
                           "LATEST",
                           "    Return the latest latency samples for all events.",
                           "RESET [<event> ...]",
                           "    Reset latency data of one or more <event> classes.",
                           "    (default: reset all data for all event classes)",
                           "HISTOGRAM [COMMAND ...]",
                           "    Return a cumulative distribution of latencies in the format of a histogram for the "
                           "specified command names.",
                           "    If no commands are specified then all histograms are replied.",
                       });
}

constexpr keel_command kRows[] = {
    command("LATENCY", nullptr, {-2, 0}, &docs::latency::container),
    command("LATENCY|LATEST", handler<latest>, {2, kAdmin}, &docs::latency::latest),
    command("LATENCY|HISTORY", handler<history>, {3, kAdmin}, &docs::latency::history),
    command("LATENCY|RESET", handler<reset>, {-2, kAdmin}, &docs::latency::reset),
    command("LATENCY|GRAPH", handler<graph>, {3, kAdmin}, &docs::latency::graph),
    command("LATENCY|DOCTOR", handler<doctor>, {2, kAdmin}, &docs::latency::doctor),
    command("LATENCY|HISTOGRAM", handler<histogram>, {-2, kAdmin}, &docs::latency::histogram),
    command("LATENCY|HELP", handler<help>, {2, kAnyTime}, &docs::latency::help),
};

}  // namespace

Rows latency_rows() {
  return kRows;
}

}  // namespace keel::admin
