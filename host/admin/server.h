// host/admin/server.h - what the commands about the server need to know of it. Every row of host/admin gets it as its
// `self`.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/base/settings.h"
#include "host/config/configuration.h"
#include "host/exec/executor.h"
#include "host/plugin/loader.h"

namespace keel::admin {

// The version of Redis whose commands and replies are spoken here: clients detect features by it.
inline constexpr const char* kRedisVersion = "7.0.15";

struct Listener {      // one that serves, as INFO shows it
  std::string scheme;  // "tcp", "unix", "tls"
  std::string bind;    // what it is bound to, without the port
  int32_t port = 0;    // 0 = it has none
};

// What SHUTDOWN asks for.
struct Shutdown {
  uint32_t flags = 0;  // base::ShutdownFlags
  bool abort = false;
};

// Made by main() before the commands are registered, filled until the server serves; lives as long as the executor.
// Hooks run in a command [executor]; a hook that is empty counts as refused.
struct Server {
  exec::Executor& executor;
  base::Settings& settings;
  config::Configuration& configuration;
  plugin::Loader& plugins;

  std::string version;     // of Keel
  std::string run_id;      // 40 hexadecimal digits
  std::string executable;  // absolute
  std::vector<Listener> listeners;
  int64_t started_ns = 0;      // monotonic
  int64_t startup_memory = 0;  // bytes in use when the server began to serve
  uint32_t io_threads = 1;
  base::Supervised supervisor = base::Supervised::kNo;  // the one that is there, not the one that is asked for

  // Begins (or aborts) the end of the process; false: `error` is the whole reply. SHUTDOWN sends no reply when it
  // begins.
  std::function<bool(const Shutdown&, std::string& error)> shutdown;

  // The listeners that the command which runs has ended; Executor::gone() is called for each. [executor]
  std::vector<const void*> leaving;
};

}  // namespace keel::admin
