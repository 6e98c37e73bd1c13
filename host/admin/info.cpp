// INFO: which sections, and in what order.
#include "host/admin/info.h"

#include "host/admin/rows.h"
#include "host/admin/server_docs.h"

namespace keel::admin {
namespace {

constexpr InfoSection kSections[] = {
    {"server", "Server", true, info_server},
    {"clients", "Clients", true, info_clients},
    {"memory", "Memory", true, info_memory},
    {"persistence", "Persistence", true, info_persistence},
    {"stats", "Stats", true, info_stats},
    {"replication", "Replication", true, info_replication},
    {"cpu", "CPU", true, info_cpu},
    {"modules", "Modules", true, info_modules},
    {"plugins", "Plugins", true, info_plugins},
    {"commandstats", "Commandstats", false, info_commandstats},
    {"errorstats", "Errorstats", true, info_errorstats},
    {"latencystats", "Latencystats", false, info_latencystats},
    {"cluster", "Cluster", true, info_cluster},
    {"keyspace", "Keyspace", true, info_keyspace},
};

bool is_wanted(Ctx c, const InfoSection& section) {
  if (c.argc() == 1) return section.by_default;
  for (uint32_t i = 1; i < c.argc(); ++i)
    if (c.word(i, section.name) || c.word(i, "all") || c.word(i, "everything") ||
        (section.by_default && c.word(i, "default")))
      return true;
  return false;
}

keel_status info(Ctx c) {
  InfoText text;
  for (const InfoSection& section : kSections) {
    if (!is_wanted(c, section)) continue;
    text.section(section.title);
    section.write(text, c.self<Server>());
  }
  return c.verbatim(text.text());
}

constexpr keel_command kRows[] = {
    command("INFO", handler<info>, {-1, kAnyTime, KEEL_ACL_DANGEROUS}, &docs::info),
};

}  // namespace

Rows info_rows() {
  return kRows;
}

}  // namespace keel::admin
