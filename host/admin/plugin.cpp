// PLUGIN: what runs inside this server.
#include "host/admin/plugin_docs.h"
#include "host/admin/rows.h"
#include "host/admin/server.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

void reply_words(Ctx c, const std::vector<std::string>& words) {
  c.array(words.size());
  for (const std::string& word : words) c.bulk(word);
}

void reply_plugin(Ctx c, const plugin::Plugin& p) {
  const plugin::Manifest& manifest = p.manifest();
  std::vector<std::string> needs;
  for (const plugin::Need& need : manifest.needs) needs.push_back(need.optional ? need.id + "?" : need.id);
  c.map(5);
  c.bulk("name");
  c.bulk(p.name());
  c.bulk("version");
  c.bulk(manifest.version);
  c.bulk("path");
  c.bulk(p.path().string());
  c.bulk("provides");
  reply_words(c, manifest.provides);
  c.bulk("needs");
  reply_words(c, needs);
}

keel_status list(Ctx c) {
  const auto& plugins = c.self<Server>().plugins.plugins();
  c.array(plugins.size());
  for (const auto& p : plugins) reply_plugin(c, *p);
  return KEEL_OK;
}

keel_status info(Ctx c) {
  const plugin::Plugin* found = c.self<Server>().plugins.find(c.arg(2));
  if (found == nullptr) return error_about(c, "ERR No such plugin '", c.arg(2));
  return reply_plugin(c, *found), KEEL_OK;
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "LIST",
                           "    Return name, version, path, offers and needs of every plugin.",
                           "INFO <name>",
                           "    Return the same of one plugin.",
                       });
}

constexpr uint64_t kManaging = KEEL_CMD_ADMIN | KEEL_CMD_NOSCRIPT;

constexpr keel_command kRows[] = {
    command("PLUGIN", nullptr, {-2, 0}, &docs::plugin::container),
    command("PLUGIN|LIST", handler<list>, {2, kManaging}, &docs::plugin::list),
    command("PLUGIN|INFO", handler<info>, {3, kManaging}, &docs::plugin::info),
    command("PLUGIN|HELP", handler<help>, {2, kAnyTime}, &docs::plugin::help),
};

}  // namespace

Rows plugin_rows() {
  return kRows;
}

}  // namespace keel::admin
