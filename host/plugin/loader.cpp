#include "host/plugin/loader.h"

#include <algorithm>

#include "host/base/log.h"
#include "host/plugin/address.h"
#include "host/plugin/grow.h"
#include "host/plugin/library.h"
#include "host/plugin/order.h"

namespace keel::plugin {
namespace {

std::string sentence(const std::string& name, const std::string& rest) {
  return "plugin '" + name + "' " + rest;
}

// What a plugin wrote into a keel_error, made fit for a log line.
std::string text_of(const keel_error& e) {
  std::string text{e.text, std::min<size_t>(e.len, sizeof e.text)};
  for (char& c : text)
    if (static_cast<unsigned char>(c) < ' ' || c == 127) c = ' ';
  return text;
}

std::string failed_in(const char* function, keel_status status, const keel_error& e) {
  const std::string text = text_of(e);
  return std::string{"failed in "} + function +
         "(): " + (text.empty() ? "it gives no reason (status " + std::to_string(status) + ")" : text);
}

// -- keel_registrar over a Registry: C on the outside, one error text inside.

struct Setup {
  keel_registrar face;
  Registry& registry;
  const Plugin* plugin;
  std::string wrong;  // the first refusal; setup() may not swallow it
};

Setup& setup_of(keel_registrar* r) {
  return *static_cast<Setup*>(r->impl);
}

keel_status answer(keel_registrar* r, const std::string& wrong, keel_error* e) {
  if (wrong.empty()) return KEEL_OK;
  Setup& s = setup_of(r);
  if (s.wrong.empty()) s.wrong = wrong;
  return keel_fail(e, KEEL_E_ARG, wrong.c_str());
}

uint16_t on_type(keel_registrar* r, const keel_type* table, keel_error* e) noexcept {
  uint16_t number = 0;
  answer(r, setup_of(r).registry.type(table, number, setup_of(r).plugin), e);
  return number;
}
keel_status on_commands(keel_registrar* r, const keel_command* first, uint32_t n, uint32_t stride,
                        keel_error* e) noexcept {
  return answer(r, setup_of(r).registry.commands(first, n, stride, setup_of(r).plugin), e);
}
keel_status on_options(keel_registrar* r, const keel_option* first, uint32_t n, uint32_t stride,
                       keel_error* e) noexcept {
  return answer(r, setup_of(r).registry.options(first, n, stride, setup_of(r).plugin), e);
}
keel_status on_extension(keel_registrar* r, const char* id, const void* table, void* self, keel_error* e) noexcept {
  return answer(r, setup_of(r).registry.extension(id, table, self, setup_of(r).plugin), e);
}

}  // namespace

struct Loader::Candidate {
  std::filesystem::path path;
  FileFacts facts;
};

Loader::Loader(HostFacts facts, Catalog catalog) : facts_(std::move(facts)), catalog_(std::move(catalog)) {}
Loader::~Loader() {
  destroy();
}

const Plugin* Loader::find(std::string_view name) const {
  for (const auto& p : plugins_)
    if (p->name() == name) return p.get();
  return nullptr;
}

// Who serves that id already, or which plugin has that name among its provides.
std::string Loader::serves(const std::string& id) const {
  if (facts_.service && facts_.service(id.c_str()) != nullptr) return "the server";
  for (const auto& p : plugins_) {
    const auto& provides = p->manifest().provides;
    if (std::find(provides.begin(), provides.end(), id) != provides.end()) return "plugin '" + p->name() + "'";
  }
  return {};
}

void Loader::gather(std::span<const std::string> names, std::vector<Candidate>& out,
                    std::vector<Failure>& failures) const {
  std::vector<FileIdentity> seen;
  for (const auto& p : plugins_) {
    FileIdentity id;
    if (identify(p->path(), id)) seen.push_back(id);
  }
  for (const std::string& name : names) {
    const auto refuse = [&](const std::string& why) { failures.push_back({name, sentence(name, why)}); };
    if (!is_plugin_name(name)) {
      refuse("cannot exist: names consist of a-z 0-9 . _ -");
      continue;
    }
    const auto path = catalog_.find(name);
    if (!path) {
      refuse("is not installed: there is no " + name + ".so in " + catalog_.places() +
             "; install it (a distribution may have it as keel-" + name + "), or take it off plugins");
      continue;
    }
    Candidate candidate{*path, {}};
    std::string wrong;
    FileIdentity id;
    if (!identify(*path, id)) {
      refuse("vanished while it was being loaded: " + path->string());
    } else if (find(name) != nullptr || std::find(seen.begin(), seen.end(), id) != seen.end()) {
      refuse("is loaded already, or listed twice");
    } else if (!read_facts(*path, candidate.facts, wrong)) {
      refuse(wrong + " (" + path->string() + ")");
    } else if (candidate.facts.manifest.name != name) {
      refuse("calls itself '" + candidate.facts.manifest.name + "' in its manifest (" + path->string() + ")");
    } else if (candidate.facts.manifest.abi != KEEL_ABI_MAJOR) {
      refuse("is made for version " + std::to_string(candidate.facts.manifest.abi) +
             " of the plugin interface; this server has version " + std::to_string(KEEL_ABI_MAJOR));
    } else {
      seen.push_back(id);
      out.push_back(std::move(candidate));
    }
  }
}

std::vector<Failure> Loader::load(std::span<const std::string> names) {
  std::vector<Failure> failures;
  std::vector<Candidate> candidates;
  gather(names, candidates, failures);
  std::vector<Manifest> manifests;
  manifests.reserve(candidates.size());
  for (const Candidate& c : candidates) manifests.push_back(c.facts.manifest);
  const Ordering ordering = order(manifests, [this](const std::string& id) { return serves(id); });
  for (const Refusal& r : ordering.refused) {
    const std::string& name = manifests[r.index].name;
    const std::string provider = r.missing.empty() ? std::string{} : catalog_.provider_of(r.missing);
    if (provider.empty()) {
      failures.push_back({name, r.sentence});
    } else {
      left_out_.push_back({name, sentence(name, "is left out: it needs the plugin '" + provider +
                                                    "', which is installed, but not listed")});
    }
  }
  for (const size_t i : ordering.sequence) {
    const std::string wrong = bring_up(candidates[i]);
    if (!wrong.empty()) failures.push_back({manifests[i].name, sentence(manifests[i].name, wrong)});
  }
  return failures;
}

std::string Loader::bring_up(Candidate& candidate) {
  auto plugin = std::make_unique<Plugin>();
  plugin->manifest_ = candidate.facts.manifest;
  plugin->path_ = candidate.path;
  plugin->loader_ = this;
  std::string wrong = map(candidate, *plugin);
  if (wrong.empty()) wrong = check_needs(*plugin);
  if (wrong.empty()) wrong = create(*plugin);
  if (!wrong.empty()) {
    registry_.drop();
    return wrong;
  }
  registry_.settle();
  base::log(base::LogLevel::kVerbose, "plugin loaded",
            {{"name", plugin->name()}, {"version", plugin->manifest().version}, {"path", plugin->path().native()}});
  plugins_.push_back(std::move(plugin));
  return {};
}

std::string Loader::map(Candidate& candidate, Plugin& plugin) {
  std::string wrong;
  const Inside inside{plugin.name().c_str(), "its static initialisers"};
  const keel_plugin* table = open_library(candidate.path, wrong);
  if (table == nullptr) return wrong + " (" + candidate.path.string() + ")";
  note_mapping(table, plugin.name().c_str());
  return check_table(table, candidate.facts.table_size, plugin.manifest_, plugin.table_);
}

// The manifest's needs are met by the order; what is left is whether the tables are new enough.
std::string Loader::check_needs(const Plugin& plugin) const {
  for (const keel_need* need = plugin.table_.needs; need != nullptr && need->id != nullptr; ++need) {
    const auto* table = static_cast<const keel_head*>(service(plugin, need->id));
    if (table == nullptr && need->optional == 0) return "needs " + std::string{need->id} + ", which did not come up";
    if (table != nullptr && table->size < need->min_size && need->optional == 0)
      return "needs " + std::to_string(need->min_size) + " bytes of " + need->id + ", this server has " +
             std::to_string(table->size) + ": it was made for a newer server";
  }
  return {};
}

std::string Loader::create(Plugin& plugin) {
  plugin.host_ = {{sizeof(keel_host), 0},
                  &plugin,
                  {facts_.name.data(), facts_.name.size()},
                  {facts_.version.data(), facts_.version.size()},
                  [](const keel_host* host, const char* id) noexcept -> const void* {
                    const Plugin& asker = plugin_of(host);
                    return id == nullptr ? nullptr : asker.loader_->service(asker, id);
                  },
                  facts_.core};
  keel_error error{};
  {
    const Inside inside{plugin.manifest_.name.c_str(), "create()"};
    const keel_status status = plugin.table_.create(&plugin.host_, &plugin.self_, &error);
    if (status != KEEL_OK) return failed_in("create", status, error);
  }
  Setup setup{
      {{sizeof(keel_registrar), 0}, nullptr, on_type, on_commands, on_options, on_extension}, registry_, &plugin, {}};
  setup.face.impl = &setup;
  keel_status status = KEEL_OK;
  {
    const Inside inside{plugin.manifest_.name.c_str(), "setup()"};
    status = plugin.table_.setup(plugin.self_, &setup.face, &error);
  }
  std::string wrong = setup.wrong;
  if (wrong.empty() && status != KEEL_OK) wrong = failed_in("setup", status, error);
  if (wrong.empty()) wrong = registry_.complete(plugin.manifest_, &plugin);
  if (!wrong.empty() && plugin.table_.destroy != nullptr) {
    const Inside inside{plugin.manifest_.name.c_str(), "destroy()"};
    plugin.table_.destroy(plugin.self_);
  }
  return wrong;
}

const void* Loader::service(const Plugin& asker, const char* id) const {
  const keel_need* need = asker.table_.needs;
  while (need != nullptr && need->id != nullptr && std::string_view{need->id} != id) ++need;
  if (std::string_view{id} != KEEL_CORE && (need == nullptr || need->id == nullptr))
    base::log(base::LogLevel::kWarning, "plugin looks up a service that it does not name among its needs",
              {{"plugin", asker.name()}, {"service", id}});
  if (std::string_view{id} == KEEL_CORE) return facts_.core;
  if (const void* table = facts_.service ? facts_.service(id) : nullptr; table != nullptr) return table;
  for (const ExtensionEntry& e : registry_.extensions()) {
    if (e.id != id || e.owner == nullptr || e.owner == &asker) continue;
    const auto& provides = e.owner->manifest().provides;
    if (std::find(provides.begin(), provides.end(), id) != provides.end()) return e.table;
  }
  return nullptr;
}

std::vector<Failure> Loader::start() {
  std::vector<Plugin*> begun;
  for (const auto& p : plugins_) {
    if (p->started_) continue;
    keel_error error{};
    keel_status status = KEEL_OK;
    if (p->table_.start != nullptr) {
      const Inside inside{p->manifest_.name.c_str(), "start()"};
      status = p->table_.start(p->self_, &error);
    }
    if (status != KEEL_OK) {
      for (auto it = begun.rbegin(); it != begun.rend(); ++it) {
        const Inside inside{(*it)->manifest_.name.c_str(), "stop()"};
        if ((*it)->table_.stop != nullptr) (*it)->table_.stop((*it)->self_);
        (*it)->started_ = false;
      }
      return {{p->name(), sentence(p->name(), failed_in("start", status, error))}};
    }
    p->started_ = true;
    begun.push_back(p.get());
  }
  return {};
}

void Loader::stop() {
  for (auto it = plugins_.rbegin(); it != plugins_.rend(); ++it) {
    Plugin& p = **it;
    if (!p.started_) continue;
    p.started_ = false;
    const Inside inside{p.manifest_.name.c_str(), "stop()"};
    if (p.table_.stop != nullptr) p.table_.stop(p.self_);
  }
}

void Loader::destroy() {
  if (destroyed_) return;
  stop();
  destroyed_ = true;
  for (auto it = plugins_.rbegin(); it != plugins_.rend(); ++it) {
    Plugin& p = **it;
    const Inside inside{p.manifest_.name.c_str(), "destroy()"};
    if (p.table_.destroy != nullptr) p.table_.destroy(p.self_);
  }
}

uint32_t Loader::event(const keel_host* host, uint32_t cls, keel_str name) noexcept {
  const Plugin& plugin = plugin_of(host);
  if (name.ptr == nullptr) return 0;
  return plugin.loader_->registry_.event(cls, {name.ptr, name.len}, &plugin);
}

const Plugin& Loader::plugin_of(const keel_host* host) noexcept {
  return *static_cast<const Plugin*>(host->impl);
}

}  // namespace keel::plugin
