// DEBUG: for tests of servers and clients. The executor lets it pass only where enable-debug-command says so.
#include "host/admin/debug.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <random>

#include "host/admin/rows.h"
#include "host/admin/server.h"
#include "host/admin/server_docs.h"
#include "host/base/log.h"
#include "host/base/memory.h"
#include "host/base/random.h"
#include "host/config/row.h"
#include "host/keyspace/table.h"
#include "keel/cpp/glob.hpp"

namespace keel::admin {
namespace {

keel_status sleep(Ctx c) {
  constexpr double kLongest = 1e6;
  const double given = std::strtod(std::string{c.arg(2)}.c_str(), nullptr);
  const double seconds = std::isfinite(given) ? std::clamp(given, 0.0, kLongest) : 0.0;
  const auto whole = static_cast<time_t>(seconds);
  timespec left{whole, static_cast<long>((seconds - static_cast<double>(whole)) * 1e9)};
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
  return c.ok();
}

keel_status set_active_expire(Ctx c) {
  exec::Executor::of(c.raw()).active_expire = std::atoi(std::string{c.arg(2)}.c_str()) != 0;
  return c.ok();
}

keel_status skip_checksum(Ctx c) {
  exec::Executor::of(c.raw()).check_payloads = std::atoi(std::string{c.arg(2)}.c_str()) == 0;
  return c.ok();
}

keel_status change_repl_id(Ctx c) {
  exec::Executor::of(c.raw()).replication_id = base::random_hex(40);
  return c.ok();
}

keel_status error(Ctx c) {
  return c.error(c.arg(2));
}

keel_status log(Ctx c) {
  base::log(base::LogLevel::kWarning, "DEBUG LOG: " + std::string{c.arg(2)});
  return c.ok();
}

// Switches of mechanisms that do not exist here.
keel_status accept(Ctx c) {
  return c.ok();
}

// Lists know no plain nodes, whose threshold it is.
keel_status packed_threshold(Ctx c) {
  constexpr int64_t kMost = (int64_t{1} << 32) - (int64_t{1} << 20);
  int64_t bytes = 0;
  if (!config::parse_memory(c.arg(2), bytes) || bytes < 0 || bytes > kMost)
    return c.error("ERR argument must be a memory value bigger than 1 and smaller than 4gb");
  return c.ok();
}

keel_status replybuffer(Ctx c) {
  return c.word(2, "peak-reset-time") || c.word(2, "resizing") ? c.ok() : unknown_subcommand(c);
}

// Random patterns against random texts; the reply is the one of Redis.
keel_status stringmatch_test(Ctx c) {
  constexpr int kRounds = 100'000;
  constexpr size_t kLongest = 32;
  std::minstd_rand random(std::random_device{}());
  const auto fill = [&random](std::array<char, kLongest>& to) {
    const size_t n = random() % (kLongest + 1);
    for (size_t i = 0; i < n; ++i) to[i] = "*?[]^-\\ab"[random() % 9];
    return Str{to.data(), n};
  };
  std::array<char, kLongest> pattern, text;
  size_t matches = 0;
  for (int i = 0; i < kRounds; ++i) matches += Glob(fill(pattern)).matches(fill(text));
  return matches < kRounds ? c.simple("Apparently Redis did not crash: test passed")
                           : c.error("ERR every pattern matches every text");
}

keel_status structsize(Ctx c) {
  return c.simple("bits:" + std::to_string(sizeof(void*) * 8) + " entry:" + std::to_string(sizeof(keyspace::Entry)) +
                  " table:" + std::to_string(sizeof(keyspace::Table)) +
                  " client:" + std::to_string(sizeof(exec::Client)) + " ctx:" + std::to_string(sizeof(keel_ctx)) +
                  " ref:" + std::to_string(sizeof(keel_ref)));
}

keel_status loadaof(Ctx c) {
  return c.error("ERR no plugin for persistence is loaded");
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "ASSERT",
                           "    Crash by assertion failed.",
                           "CHANGE-REPL-ID",
                           "    Change the replication IDs of the instance.",
                           "    Dangerous: should be used only for testing the replication subsystem.",
                           "CLIENT-EVICTION",
                           "    Show low level client eviction pools info (maxmemory-clients).",
                           "DIGEST",
                           "    Output a hex signature representing the current DB content.",
                           "DIGEST-VALUE <key> [<key> ...]",
                           "    Output a hex signature of the values of all the specified keys.",
                           "ERROR <string>",
                           "    Return a Redis protocol error with <string> as message. Useful for clients",
                           "    unit tests to simulate Redis errors.",
                           "LISTPACK <key>",
                           "    Show low level info about the listpack encoding of <key>.",
                           "LOADAOF",
                           "    Flush the AOF buffers on disk and reload the AOF in memory.",
                           "LOG <message>",
                           "    Write <message> to the server log.",
                           "HTSTATS <dbid>",
                           "    Return hash table statistics of the specified Redis database.",
                           "HTSTATS-KEY <key>",
                           "    Like HTSTATS but for the hash table stored at <key>'s value.",
                           "MALLCTL <key> [<val>]",
                           "    Get or set a malloc tuning integer.",
                           "MALLCTL-STR <key> [<val>]",
                           "    Get or set a malloc tuning string.",
                           "OBJECT <key>",
                           "    Show low level info about `key` and associated value.",
                           "OOM",
                           "    Crash the server simulating an out-of-memory error.",
                           "PANIC",
                           "    Crash the server simulating a panic.",
                           "POPULATE <count> [<prefix>] [<size>]",
                           "    Create <count> string keys named key:<num>. If <prefix> is specified then",
                           "    it is used instead of the 'key' prefix.",
                           "PROTOCOL <type>",
                           "    Reply with a test value of the specified type. <type> can be: string,",
                           "    integer, double, bignum, null, array, set, map, attrib, push, verbatim,",
                           "    true, false.",
                           "QUICKLIST <key> [<0|1>]",
                           "    Show low level info about the quicklist encoding of <key>.",
                           "    The optional argument (0 by default) sets the level of detail",
                           "RELOAD [option ...]",
                           "    Save the RDB on disk and reload it back to memory. Valid <option> values:",
                           "    * MERGE: conflicting keys will be loaded from RDB.",
                           "    * NOFLUSH: the existing database will not be removed before load, but",
                           "      conflicting keys will generate an exception and kill the server.",
                           "    * NOSAVE: the database will be loaded from an existing RDB file.",
                           "    Examples:",
                           "    * DEBUG RELOAD: verify that the server is able to persist, flush and reload",
                           "      the database.",
                           "    * DEBUG RELOAD NOSAVE: replace the current database with the contents of an",
                           "      existing RDB file.",
                           "    * DEBUG RELOAD NOSAVE NOFLUSH MERGE: add the contents of an existing RDB",
                           "      file to the database.",
                           "SDSLEN <key>",
                           "    Show low level SDS string info representing `key` and value.",
                           "SEGFAULT",
                           "    Crash the server with sigsegv.",
                           "SET-ACTIVE-EXPIRE <0|1>",
                           "    Setting it to 0 disables expiring keys in background when they are not",
                           "    accessed (otherwise the Redis behavior). Setting it to 1 reenables back the",
                           "    default.",
                           "QUICKLIST-PACKED-THRESHOLD <size>",
                           "    Sets the threshold for elements to be inserted as plain vs packed nodes",
                           "    Default value is 1GB, allows values up to 4GB. Setting to 0 restores to default.",
                           "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
                           "    Enables or disables checksum checks for RDB files and RESTORE's payload.",
                           "SLEEP <seconds>",
                           "    Stop the server for <seconds>. Decimals allowed.",
                           "STRINGMATCH-TEST",
                           "    Run a fuzz tester against the glob matcher.",
                           "STRUCTSIZE",
                           "    Return the size of different Keel core C++ structures.",
                           "PAUSE-CRON <0|1>",
                           "    Stop periodic cron job processing.",
                           "REPLYBUFFER PEAK-RESET-TIME <NEVER||RESET|time>",
                           "    Sets the time (in milliseconds) to wait between client reply buffer peak resets.",
                           "    In case NEVER is provided the last observed peak will never be reset",
                           "    In case RESET is provided the peak reset time will be restored to the default value",
                           "REPLYBUFFER RESIZING <0|1>",
                           "    Enable or disable the reply buffer resize cron job",
                       });
}

constexpr uint32_t kAny = UINT32_MAX;

constexpr DebugRow kSubcommands[] = {
    {"assert", 2, 2, debug_assert},
    {"change-repl-id", 2, 2, change_repl_id},
    {"client-eviction", 2, 2, debug_client_eviction},
    {"dict-resizing", 3, 3, accept},
    {"digest", 2, 2, debug_digest},
    {"digest-value", 2, kAny, debug_digest_value},
    {"error", 3, 3, error},
    {"help", 2, 2, help},
    {"htstats", 3, 3, debug_htstats},
    {"htstats-key", 3, 3, debug_htstats_key},
    {"listpack", 3, 3, debug_listpack},
    {"loadaof", 2, 2, loadaof},
    {"log", 3, 3, log},
    {"mallctl", 3, 4, debug_mallctl},
    {"mallctl-str", 3, 4, debug_mallctl_str},
    {"object", 3, 3, debug_object},
    {"oom", 2, 2, debug_oom},
    {"panic", 2, 2, debug_panic},
    {"pause-cron", 3, 3, accept},
    {"populate", 3, 5, debug_populate},
    {"protocol", 3, 3, debug_protocol},
    {"quicklist", 3, 4, debug_quicklist},
    {"quicklist-packed-threshold", 3, 3, packed_threshold},
    {"reload", 2, kAny, debug_reload},
    {"replybuffer", 4, 4, replybuffer},
    {"sdslen", 3, 3, debug_sdslen},
    {"segfault", 2, 2, debug_segfault},
    {"set-active-expire", 3, 3, set_active_expire},
    {"set-disable-deny-scripts", 3, 3, accept},
    {"set-skip-checksum-validation", 3, 3, skip_checksum},
    {"sleep", 3, 3, sleep},
    {"stringmatch-test", 2, 2, stringmatch_test},
    {"structsize", 2, 2, structsize},
};

keel_status debug(Ctx c) {
  for (const DebugRow& row : kSubcommands)
    if (c.word(1, row.name) && c.argc() >= row.least && c.argc() <= row.most) return row.run(c);
  return unknown_subcommand(c);
}

constexpr keel_command kRows[] = {
    command("DEBUG", handler<debug>, {-2, kAdmin | KEEL_CMD_PROTECTED}, &docs::debug),
};

}  // namespace

Rows debug_rows() {
  return kRows;
}

}  // namespace keel::admin
