// SLOWLOG.
#include "host/admin/rows.h"
#include "host/admin/slowlog_docs.h"
#include "host/admin/words.h"
#include "host/exec/executor.h"

namespace keel::admin {
namespace {

constexpr int64_t kUsualCount = 10;

void reply_entry(Ctx c, const exec::SlowEntry& e) {
  c.array(6);
  c.integer(static_cast<int64_t>(e.id));
  c.integer(e.time_s);
  c.integer(static_cast<int64_t>(e.us));
  c.array(e.words.size());
  for (const std::string& word : e.words) c.bulk(word);
  c.bulk(e.peer);
  c.bulk(e.client_name);
}

keel_status get(Ctx c) {
  if (c.argc() > 3) return unknown_subcommand(c);
  const auto count = c.argc() == 3 ? parse_integer(c.arg(2)) : std::optional{kUsualCount};
  if (!count || *count < -1) return c.error("ERR count should be greater than or equal to -1");
  const auto& entries = exec::Executor::of(c.raw()).slow_log.entries();
  const size_t n = *count == -1 ? entries.size() : std::min(entries.size(), static_cast<size_t>(*count));
  c.array(n);
  for (size_t i = 0; i < n; ++i) reply_entry(c, entries[i]);
  return KEEL_OK;
}

keel_status len(Ctx c) {
  return c.integer(static_cast<int64_t>(exec::Executor::of(c.raw()).slow_log.entries().size()));
}

keel_status reset(Ctx c) {
  exec::Executor::of(c.raw()).slow_log.clear();
  return c.ok();
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "GET [<count>]",
                           "    Return top <count> entries from the slowlog (default: 10, -1 mean all).",
                           "    Entries are made of:",
                           "    id, timestamp, time in microseconds, arguments array, client IP and port,",
                           "    client name",
                           "LEN",
                           "    Return the length of the slowlog.",
                           "RESET",
                           "    Reset the slowlog.",
                       });
}

constexpr uint64_t kWatching = KEEL_CMD_ADMIN | kAnyTime;

constexpr keel_command kRows[] = {
    command("SLOWLOG", nullptr, {-2, 0}, &docs::slowlog::container),
    command("SLOWLOG|GET", handler<get>, {-2, kWatching}, &docs::slowlog::get),
    command("SLOWLOG|LEN", handler<len>, {2, kWatching}, &docs::slowlog::len),
    command("SLOWLOG|RESET", handler<reset>, {2, kWatching}, &docs::slowlog::reset),
    command("SLOWLOG|HELP", handler<help>, {2, kAnyTime}, &docs::slowlog::help),
};

}  // namespace

Rows slowlog_rows() {
  return kRows;
}

}  // namespace keel::admin
