// INFO: which sections, and in what order.
#include "host/admin/info.h"

#include <algorithm>

#include "host/admin/rows.h"
#include "host/admin/server_docs.h"
#include "keel/cpp/text.hpp"
#include "keel/info.h"

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

bool is_wanted(Ctx c, std::string_view name, bool by_default) {
  if (c.argc() == 1) return by_default;
  for (uint32_t i = 1; i < c.argc(); ++i)
    if (c.word(i, name) || c.word(i, "all") || c.word(i, "everything") || (by_default && c.word(i, "default")))
      return true;
  return false;
}

std::string on_one_line(keel_str text) {
  std::string out{keel::view(text)};
  for (char& c : out)
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  return out;
}

void write_field(keel_info_sink* sink, keel_str name, keel_str value) noexcept {
  static_cast<InfoText*>(sink->impl)->field(on_one_line(name), on_one_line(value));
}

void sections_of_plugins(Ctx c, InfoText& text, const plugin::Registry& registry) {
  for (const auto& e : registry.extensions()) {
    if (e.id != KEEL_INFO_SECTION) continue;
    const auto* section = static_cast<const keel_info_section*>(e.table);
    if (!is_wanted(c, section->name, true)) continue;
    std::string title{section->name};
    if (title[0] >= 'a' && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 32);
    text.section(title);
    keel_info_sink sink{{sizeof sink, 0}, &text, write_field};
    section->write(e.self, &sink);
  }
}

keel_status info(Ctx c) {
  InfoText text;
  for (const InfoSection& section : kSections) {
    if (!is_wanted(c, section.name, section.by_default)) continue;
    text.section(section.title);
    section.write(text, c.self<Server>());
  }
  sections_of_plugins(c, text, c.self<Server>().plugins.registry());
  return c.verbatim(text.text());
}

constexpr keel_command kRows[] = {
    command("INFO", handler<info>, {-1, kAnyTime, KEEL_ACL_DANGEROUS}, &docs::info),
};

}  // namespace

bool has_info_section(std::string_view name) {
  return std::any_of(std::begin(kSections), std::end(kSections), [&](const InfoSection& s) { return s.name == name; });
}

Rows info_rows() {
  return kRows;
}

}  // namespace keel::admin
