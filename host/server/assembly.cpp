#include "host/server/assembly.h"

#include <algorithm>

#include "host/admin/commands.h"
#include "host/admin/info.h"
#include "host/base/clock.h"
#include "host/base/random.h"
#include "host/base/workers.h"
#include "host/commands/commands.h"
#include "host/loop/loop_set.h"
#include "host/net/loop_net.h"
#include "host/server/core_table.h"
#include "host/server/serve.h"

namespace keel::server {
namespace {

constexpr std::string_view kDefaultPlugins[] = {"transport-tcp", "transport-unix", "string", "bitmap",
                                                "bitfield",      "hyperloglog",    "list",   "set",
                                                "hash",          "zset",           "geo",    "stream"};

// The host's tables, by id.
const void* service(const char* id) {
  const std::string_view name{id};
  if (name == KEEL_CORE) return &core_table();
  if (name == KEEL_EXEC) return &exec::Executor::exec_table();
  if (name == KEEL_KEYSPACE) return &exec::Executor::keyspace_table();
  if (name == KEEL_LOOPS) return &loop::LoopSet::table();
  if (name == KEEL_CHANGE_LOG) return &exec::Executor::change_log_table();
  if (name == KEEL_SESSIONS) return &net::LoopNet::table();
  return nullptr;
}

std::filesystem::path executable() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error);
}

}  // namespace

std::vector<std::filesystem::path> plugin_directories(const std::vector<std::string>& configured) {
  std::vector<std::filesystem::path> out{configured.begin(), configured.end()};
  const auto prefix = executable().parent_path().parent_path();
  out.push_back(prefix / "plugins");  // a build tree
  out.push_back(prefix / KEEL_PLUGIN_DIRECTORY);
  return out;
}

Assembly::~Assembly() {
  listeners.reset();  // and with them what layers keep for them, before the layers' plugins end
  if (plugins) plugins->stop();
  executor.reset();
  keyspace.reset();
  if (plugins) plugins->destroy();
}

bool Assembly::build(std::span<const std::string_view> arguments, std::vector<std::string>& problems) {
  if (!configuration.read(arguments, kDefaultPlugins, problems)) return false;
  if (!load_plugins(problems)) return false;
  for (const auto& o : plugins->registry().options()) {
    std::string error;
    if (!configuration.options().declare(&o.row, 1, sizeof o.row, o.owner->self(), o.owner->name(), error))
      problems.push_back(error);
  }
  const auto owner_of = [this](std::string_view directive) { return plugins->catalog().owner_of(directive); };
  if (!configuration.resolve(problems, owner_of) || !problems.empty()) return false;
  for (const auto& t : plugins->registry().types()) types.add(t.number, t.table, t.owner->self());
  listeners = std::make_unique<Listeners>(plugins->registry(), configuration);
  // Before the values are applied: some of their receivers are parts of these.
  std::string error;
  if (!configuration.apply(error)) {
    problems.push_back(error);
    return false;
  }
  keyspace = std::make_unique<keyspace::Keyspace>(static_cast<size_t>(settings.databases.get()), types, base::defer);
  executor = std::make_unique<exec::Executor>(settings, *keyspace, commands);
  executor->serve_change_log();
  server.reset(new admin::Server{.executor = *executor,
                                 .settings = settings,
                                 .configuration = configuration,
                                 .plugins = *plugins,
                                 .version = kVersion,
                                 .run_id = base::random_hex(40),
                                 .executable = executable(),
                                 .listeners = {},
                                 .started_ns = base::monotonic_ns(),
                                 .io_threads = static_cast<uint32_t>(settings.io_threads.get()),
                                 .shutdown = {},
                                 .leaving = {}});
  return add_commands(problems);
}

bool Assembly::load_plugins(std::vector<std::string>& problems) {
  plugin::HostFacts facts{"keel", kVersion, &core_table(), service};
  plugins = std::make_unique<plugin::Loader>(facts, plugin::Catalog{plugin_directories(configuration.plugin_path())});
  std::vector<std::string> names;
  for (const auto& p : configuration.plugins()) names.push_back(p.name);
  for (const auto& failure : plugins->load(names)) problems.push_back(failure.sentence);
  return problems.empty();
}

bool Assembly::add_commands(std::vector<std::string>& problems) {
  keel::commands::register_commands(commands);
  if (std::string e = admin::register_commands(commands, *server); !e.empty()) problems.push_back(e);
  for (const auto& e : plugins->registry().extensions()) {
    if (e.id != KEEL_INFO_SECTION) continue;
    if (const char* name = static_cast<const keel_info_section*>(e.table)->name; admin::has_info_section(name))
      problems.push_back("plugin '" + e.owner->name() + "': has the section of INFO '" + name +
                         "', which the server has already");
  }
  for (const auto& c : plugins->registry().commands())
    if (std::string e = commands.add(c.row, c.owner->name(), c.owner->self()); !e.empty())
      problems.push_back("plugin '" + c.owner->name() + "': " + e);
  for (const auto& renamed : settings.rename_command.get())
    if (std::string e = commands.rename(renamed.from, renamed.to); !e.empty()) problems.push_back(e);
  for (const auto& p : plugins->catalog().with_commands()) {
    if (plugins->find(p.name) != nullptr) continue;
    const auto& left_out = plugins->left_out();
    const auto why = std::find_if(left_out.begin(), left_out.end(), [&p](const auto& f) { return f.plugin == p.name; });
    const std::string text = "it comes with the plugin '" + p.name +
                             "', which is installed, but not among the plugins of "
                             "this server" +
                             (why == left_out.end() ? "" : ": " + why->sentence);
    for (const std::string& name : p.manifest.commands) commands.add_missing(name, text);
  }
  commands.freeze();
  return problems.empty();
}

}  // namespace keel::server
