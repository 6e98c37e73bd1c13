// host/config/command_line.h - what stands behind `keel serve`: a file, and directives as Redis' users type them.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/words.h"

namespace keel::config {

struct Directive {
  std::string name;  // lower case, without its dashes
  Words words;
};

struct CommandLine {
  std::string config_file;  // empty = none
  std::vector<std::string> plugins, plugin_path;
  std::vector<Directive> directives;  // in order; names are checked when the options are known
};

// [FILE] [--config FILE] [--plugin NAME]... [--plugin-path DIR]... [--name value...]...
// The words of a directive go on until the next word that begins with "--".  False: one sentence.
bool parse_command_line(std::span<const std::string_view> arguments, CommandLine& out, std::string& error);

}  // namespace keel::config
