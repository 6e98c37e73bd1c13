#include "host/plugin/catalog.h"

#include <algorithm>
#include <map>

#include "host/base/glob.h"

namespace keel::plugin {
namespace fs = std::filesystem;

std::optional<fs::path> Catalog::find(const std::string& name) const {
  if (!is_plugin_name(name)) return std::nullopt;
  for (const fs::path& directory : directories_) {
    const fs::path path = directory / (name + ".so");
    std::error_code ec;
    if (fs::is_regular_file(path, ec)) return path;
  }
  return std::nullopt;
}

std::vector<Installed> Catalog::list() const {
  std::map<std::string, Installed> found;
  for (const fs::path& directory : directories_) {
    std::error_code ec;
    for (fs::directory_iterator it{directory, ec}, end; !ec && it != end; it.increment(ec)) {
      const fs::path path = it->path();
      std::error_code not_a_file;
      if (path.extension() != ".so" || !fs::is_regular_file(path, not_a_file)) continue;
      Installed entry{path.stem().string(), path, {}, {}};
      if (found.contains(entry.name)) continue;
      FileFacts facts;
      if (!is_plugin_name(entry.name)) {
        entry.error = "has a name that no plugin may have";
      } else if (read_facts(path, facts, entry.error)) {
        entry.manifest = std::move(facts.manifest);
        if (entry.manifest.name != entry.name) entry.error = "calls itself '" + entry.manifest.name + "'";
      }
      found.emplace(entry.name, std::move(entry));
    }
  }
  std::vector<Installed> all;
  all.reserve(found.size());
  for (auto& [name, entry] : found) all.push_back(std::move(entry));
  return all;
}

std::vector<Installed> Catalog::with_commands() const {
  std::vector<Installed> all = list();
  std::erase_if(all, [](const Installed& p) { return !p.error.empty() || p.manifest.commands.empty(); });
  return all;
}

std::string Catalog::provider_of(std::string_view id) const {
  for (const Installed& p : list())
    if (p.error.empty() &&
        std::find(p.manifest.provides.begin(), p.manifest.provides.end(), id) != p.manifest.provides.end())
      return p.name;
  return {};
}

std::string Catalog::owner_of(std::string_view directive) const {
  for (const Installed& p : list())
    for (const std::string& pattern : p.manifest.directives)
      if (base::glob_match(pattern, directive)) return p.name;
  return {};
}

std::string Catalog::places() const {
  if (directories_.empty()) return "no directory";
  std::string text;
  for (size_t i = 0; i < directories_.size(); ++i) {
    if (i > 0) text += i + 1 == directories_.size() ? " and " : ", ";
    text += directories_[i].string();
  }
  return text;
}

std::string Catalog::report() const {
  std::string text;
  for (const Installed& p : list()) {
    text += p.name;
    if (!p.error.empty()) {
      text += "  " + p.error + "  (" + p.path.string() + ")\n";
      continue;
    }
    text += " " + p.manifest.version + "  abi " + std::to_string(p.manifest.abi);
    const auto words = [&text](const char* title, const auto& list, auto word) {
      if (!list.empty()) text += std::string{"  "} + title;
      for (const auto& one : list) text += " " + word(one);
    };
    words("provides", p.manifest.provides, [](const std::string& s) { return s; });
    words("needs", p.manifest.needs, [](const Need& n) { return n.optional ? n.id + "?" : n.id; });
    text += "  (" + p.path.string() + ")\n";
  }
  return text.empty() ? "no plugin is installed in " + places() + "\n" : text;
}

}  // namespace keel::plugin
