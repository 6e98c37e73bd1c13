// CONFIG.
#include "host/admin/client_words.h"
#include "host/admin/config_docs.h"
#include "host/admin/rows.h"
#include "host/admin/server.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

std::vector<Str> words_from(Ctx c, uint32_t first) {
  std::vector<Str> out;
  for (uint32_t i = first; i < c.argc(); ++i) out.push_back(c.arg(i));
  return out;
}

keel_status get(Ctx c) {
  const auto pairs = c.self<Server>().configuration.options().get(words_from(c, 2));
  c.map(pairs.size());
  for (const auto& [name, value] : pairs) {
    c.bulk(name);
    c.bulk(value);
  }
  return KEEL_OK;
}

keel_status set(Ctx c) {
  Server& server = c.self<Server>();
  exec::Executor& executor = exec::Executor::of(c.raw());
  config::Options& options = server.configuration.options();
  const bool local = executor.client().local;
  const std::vector<Str> words = words_from(c, 2);
  for (uint32_t i = 2; i + 1 < c.argc(); i += 2)
    if (options.is_secret(c.arg(i))) redact(c, i + 1);
  std::string error;
  server.leaving.clear();
  if (!options.set(words, local, error)) return c.error(error);
  if (server.leaving.empty()) return c.ok();
  // Their loop shuts them, and whoever reads the reply finds them shut.
  executor.block_until_gone(server.leaving, "+OK\r\n");
  return KEEL_BLOCKED;
}

keel_status rewrite(Ctx c) {
  std::string error;
  return c.self<Server>().configuration.rewrite(error) ? c.ok() : c.error(error);
}

keel_status resetstat(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  executor.stats.reset();
  executor.keyspace.reset_lazy_freed();
  for (const auto& command : executor.commands.all()) {
    command->calls = command->ticks = command->rejected_calls = command->failed_calls = 0;
    command->latency.reset();
  }
  return c.ok();
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "GET <pattern>",
                           "    Return parameters matching the glob-like <pattern> and their values.",
                           "SET <directive> <value>",
                           "    Set the configuration <directive> to <value>.",
                           "RESETSTAT",
                           "    Reset statistics reported by the INFO command.",
                           "REWRITE",
                           "    Rewrite the configuration file.",
                       });
}

constexpr keel_command kRows[] = {
    command("CONFIG", nullptr, {-2, 0}, &docs::config::container),
    command("CONFIG|GET", handler<get>, {-3, kAdmin}, &docs::config::get),
    command("CONFIG|SET", handler<set>, {-4, kAdmin}, &docs::config::set),
    command("CONFIG|REWRITE", handler<rewrite>, {2, kAdmin}, &docs::config::rewrite),
    command("CONFIG|RESETSTAT", handler<resetstat>, {2, kAdmin}, &docs::config::resetstat),
    command("CONFIG|HELP", handler<help>, {2, kAnyTime}, &docs::config::help),
};

}  // namespace

Rows config_rows() {
  return kRows;
}

}  // namespace keel::admin
