#include "host/config/command_line.h"

namespace keel::config {
namespace {

constexpr size_t kMaxArguments = 4096;

bool fail(std::string& error, std::string text) {
  error = std::move(text);
  return false;
}

bool take_file(const Words& words, CommandLine& out, std::string& error) {
  if (words.size() != 1 || words[0].empty()) return fail(error, "--config takes the path of one file");
  if (!out.config_file.empty())
    return fail(error, "two configuration files are given: " + out.config_file + " and " + words[0]);
  out.config_file = words[0];
  return true;
}

bool take_names(const std::string& name, const Words& words, std::vector<std::string>& out, std::string& error) {
  if (words.empty()) return fail(error, "--" + name + " lacks its value");
  for (const std::string& word : words) {
    if (word.empty()) return fail(error, "--" + name + " lacks its value");
    out.push_back(word);
  }
  return true;
}

}  // namespace

bool parse_command_line(std::span<const std::string_view> arguments, CommandLine& out, std::string& error) {
  out = CommandLine{};
  if (arguments.size() > kMaxArguments) return fail(error, "the command line has too many words");
  size_t i = 0;
  if (!arguments.empty() && !arguments[0].starts_with("--") && !take_file({std::string(arguments[i++])}, out, error))
    return false;
  while (i < arguments.size()) {
    if (!arguments[i].starts_with("--"))
      return fail(error, "unexpected word '" + std::string(arguments[i]) + "': directives are written --name value");
    const std::string name = lower(arguments[i++].substr(2));
    if (name.empty()) return fail(error, "'--' lacks the name of a directive");
    Words words;
    while (i < arguments.size() && !arguments[i].starts_with("--")) words.emplace_back(arguments[i++]);
    bool taken = true;
    if (name == "config")
      taken = take_file(words, out, error);
    else if (name == "plugin")
      taken = take_names(name, words, out.plugins, error);
    else if (name == "plugin-path")
      taken = take_names(name, words, out.plugin_path, error);
    else
      out.directives.push_back({name, std::move(words)});
    if (!taken) return false;
  }
  return true;
}

}  // namespace keel::config
