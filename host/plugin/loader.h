// host/plugin/loader.h - from a list of names to running plugins. The whole life of a plugin is here: file, manifest,
// dlopen, create, setup, start, stop, destroy. A library is never unmapped.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/catalog.h"
#include "host/plugin/manifest.h"
#include "host/plugin/registry.h"
#include "keel/host.h"
#include "keel/plugin.h"

namespace keel::plugin {

class Loader;

// One plugin that has been set up. Addresses of Plugins are stable while their loader lives.
class Plugin {
 public:
  const std::string& name() const { return manifest_.name; }
  const Manifest& manifest() const { return manifest_; }
  const std::filesystem::path& path() const { return path_; }
  const keel_plugin& table() const { return table_; }
  void* self() const { return self_; }
  const keel_host* host() const { return &host_; }
  bool started() const { return started_; }

 private:
  friend class Loader;
  Manifest manifest_;
  std::filesystem::path path_;
  keel_plugin table_{};  // full size, whatever the plugin was compiled with
  keel_host host_{};
  void* self_ = nullptr;
  Loader* loader_ = nullptr;
  bool started_ = false;
};

struct Failure {
  std::string plugin;
  std::string sentence;  // whole, without a full stop: "plugin 'x' ..."
};

struct HostFacts {
  std::string name, version;  // of the server
  const keel_core* core;
  // A table that the host serves, by id; NULL = it serves none such. It starts with keel_head.
  std::function<const void*(const char* id)> service;
};

class Loader {
 public:
  Loader(HostFacts facts, Catalog catalog);
  const Catalog& catalog() const noexcept { return catalog_; }
  ~Loader();  // stop() and destroy()
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  // [control] Loads those plugins, providers first, up to and including setup(). One that fails leaves nothing behind
  // and does not hinder those that do not need it; every failure is one sentence. Empty = all are there.
  std::vector<Failure> load(std::span<const std::string> names);

  // Those of load() that are left out because an operator has left out what they need: the plugin that they need is
  // installed, but not listed. No failure: the server runs without both.
  const std::vector<Failure>& left_out() const noexcept { return left_out_; }

  // [control] Starts what is not started yet, in order of loading. On a failure nothing that this call has started
  // keeps running. Empty = all run.
  std::vector<Failure> start();
  // [control] In reverse order of start. Does nothing the second time.
  void stop();
  // [control] stop(), then destroy() of each in reverse order of loading. plugins() and the registry stay readable.
  void destroy();

  const std::vector<std::unique_ptr<Plugin>>& plugins() const { return plugins_; }
  const Plugin* find(std::string_view name) const;

  // What the plugins have registered: types(), commands(), options(), extensions(), events().
  const Registry& registry() const { return registry_; }

  // [control] The host's own events, options and so on share the registry: call before or after load(), then settle().
  Registry& own() { return registry_; }

  // For keel_core.event: the number of an event that this plugin names.
  static uint32_t event(const keel_host* host, uint32_t cls, keel_str name) noexcept;
  // For keel_core.log: whose host this is.
  static const Plugin& plugin_of(const keel_host* host) noexcept;

 private:
  struct Candidate;
  void gather(std::span<const std::string> names, std::vector<Candidate>& out, std::vector<Failure>& failures) const;
  std::string serves(const std::string& id) const;
  std::string bring_up(Candidate& candidate);
  std::string map(Candidate& candidate, Plugin& plugin);
  std::string check_needs(const Plugin& plugin) const;
  std::string create(Plugin& plugin);
  const void* service(const Plugin& asker, const char* id) const;

  HostFacts facts_;
  Catalog catalog_;
  Registry registry_;
  std::vector<std::unique_ptr<Plugin>> plugins_;
  std::vector<Failure> left_out_;
  bool destroyed_ = false;
};

}  // namespace keel::plugin
