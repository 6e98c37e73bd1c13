// host/plugin/manifest.h - the facts about a plugin that stand as text in its file, readable before any of its code
// runs.
//
//   name: string
//   version: 1.0.0
//   abi: 1
//   needs: [keel.keyspace/1, acme.clock/1?]       a question mark: loads without it, too
//   provides: [type:string]
//   commands: [ring.push, ring.list]              all of them, for those who use one without it (no subcommands)
//   directives: [ring-size, string-*]             what it declares, for the same; * = any end
//
// One fact a line, each at most once; the lists may be left out. Blank lines and lines that begin with # are
// skipped. Everything else is refused.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace keel::plugin {

struct Need {
  std::string id;
  bool optional = false;
  bool operator==(const Need&) const = default;
};

struct Manifest {
  std::string name;
  std::string version;
  uint32_t abi = 0;
  std::vector<Need> needs;
  std::vector<std::string> provides;
  std::vector<std::string> commands{};
  std::vector<std::string> directives{};
};

inline constexpr size_t kMaxManifest = 16 * 1024;  // bytes of the whole text
inline constexpr size_t kMaxWord = 128;            // bytes of one value or one member of a list
inline constexpr size_t kMaxList = 256;            // members of a list

// Whether a plugin may be called so: a-z 0-9 . _ -, beginning with a letter or digit, at most 64 bytes.
bool is_plugin_name(std::string_view name);

// Parses the text of a manifest. False: `error` is the end of a sentence that begins with the plugin ("has ...").
bool parse_manifest(std::string_view text, Manifest& out, std::string& error);

// Everything that can be known about a file without mapping it. False: as above.
struct FileFacts {
  Manifest manifest;
  uint64_t table_size = 0;  // bytes that keel_plugin_v1 has in the file
};
bool read_facts(std::string_view file, FileFacts& out, std::string& error);
bool read_facts(const std::filesystem::path& file, FileFacts& out, std::string& error);

}  // namespace keel::plugin
