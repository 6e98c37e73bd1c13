// host/plugin/catalog.h - which plugins are installed: NAME.so in a list of directories. Runs none of their code.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/plugin/manifest.h"

namespace keel::plugin {

struct Installed {
  std::string name;  // of the file
  std::filesystem::path path;
  Manifest manifest;
  std::string error;  // empty, or why it would be refused
};

class Catalog {
 public:
  // Directories that are looked through in this order; the first NAME.so wins.
  explicit Catalog(std::vector<std::filesystem::path> directories) : directories_(std::move(directories)) {}

  // [any] Nothing when no directory holds it.
  std::optional<std::filesystem::path> find(const std::string& name) const;
  // [any] Everything installed, by name.
  std::vector<Installed> list() const;
  // [any] Those that are fit to be loaded and have commands by their manifest.
  std::vector<Installed> with_commands() const;
  // [any] The first that is fit to be loaded and provides this by its manifest; empty = none does.
  std::string provider_of(std::string_view id) const;
  // [any] The first whose manifest says that it declares such a directive; empty = none does.
  std::string owner_of(std::string_view directive) const;
  // "/usr/lib/keel/plugins and ./plugins", for sentences.
  std::string places() const;
  // What `keel plugins` prints: one line a plugin.
  std::string report() const;

 private:
  std::vector<std::filesystem::path> directories_;
};

}  // namespace keel::plugin
