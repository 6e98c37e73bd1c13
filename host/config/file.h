// host/config/file.h - the operator's file, read and checked for shape; values are checked when the options are known.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "host/config/listener.h"
#include "host/config/row.h"
#include "host/config/yaml.h"

namespace keel::config {

struct Section {  // "server:" or a map under a plugin's name
  std::string name;
  int line = 0;
  std::vector<Setting> settings;
};

struct Named {  // an entry of plugins or plugin-path
  std::string name;
  int line = 0;
};

struct Document {
  std::string name;  // for messages: the path as the operator wrote it
  bool lists_plugins = false;
  bool lists_listeners = false;
  std::vector<Named> plugins, plugin_path;
  std::vector<Listener> listeners;
  std::vector<Section> sections;
};

using Problems = std::vector<std::string>;  // one sentence each, "name:line: " in front

// Reads a whole file of at most `limit` bytes.  False: `error` says why, without the path.
bool read_bytes(const std::string& path, size_t limit, std::string& out, std::string& error);

// False: at least one problem was added; what could be understood is in `out` nevertheless.
bool parse_document(std::string_view text, std::string_view name, Document& out, Problems& problems);
bool read_document(const std::string& path, Document& out, Problems& problems);

// The words of a value as check_value() wants them.  Lists may be sequences, or one text; booleans may be true and
// false, too; secrets may be {file: path} or {env: NAME}.  False: a sentence without file and line.
bool node_words(const Row& row, const Node& node, const std::string& directory, Words& out, std::string& error);

}  // namespace keel::config
