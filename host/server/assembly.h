// host/server/assembly.h - puts the parts of the server together, in the order in which they need each other: the
// configuration's words, the plugins they name, the options those declare, the values, the commands.
#pragma once
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/admin/server.h"
#include "host/base/settings.h"
#include "host/config/configuration.h"
#include "host/exec/executor.h"
#include "host/keyspace/keyspace.h"
#include "host/plugin/loader.h"
#include "host/server/listeners.h"

namespace keel::server {

// Directories where plugins are looked for: those of the configuration, then beside the program.
std::vector<std::filesystem::path> plugin_directories(const std::vector<std::string>& configured);

class Assembly {
 public:
  Assembly() : configuration(settings) {}
  ~Assembly();

  // Everything up to, and without, opening listeners and starting plugins. Problems are sentences; false = there are
  // some.
  bool build(std::span<const std::string_view> arguments, std::vector<std::string>& problems);

  base::Settings settings;
  config::Configuration configuration;
  std::unique_ptr<plugin::Loader> plugins;
  keyspace::Types types;
  exec::CommandTable commands;
  std::unique_ptr<keyspace::Keyspace> keyspace;
  std::unique_ptr<exec::Executor> executor;
  std::unique_ptr<admin::Server> server;
  std::unique_ptr<Listeners> listeners;

 private:
  bool load_plugins(std::vector<std::string>& problems);
  bool add_commands(std::vector<std::string>& problems);
};

}  // namespace keel::server
