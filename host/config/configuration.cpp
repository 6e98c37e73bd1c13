#include "host/config/configuration.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "host/base/log.h"
#include "host/config/nearest.h"
#include "host/config/overlay.h"
#include "host/config/server_options.h"

namespace keel::config {
namespace {

std::string absolute(const std::string& path) {
  char* const resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return path;
  std::string out(resolved);
  std::free(resolved);
  return out;
}

void add_name(std::vector<Named>& names, const Named& name) {
  const bool there = std::any_of(names.begin(), names.end(), [&](const Named& n) { return n.name == name.name; });
  if (!there) names.push_back(name);
}

// The directives that are views on the listeners of a file.
constexpr std::string_view kViews[] = {"port", "tls-port", "bind", "unixsocket", "unixsocketperm"};

}  // namespace

Configuration::Configuration(base::Settings& settings) {
  std::string error;
  if (!declare_server_options(options_, settings, error)) base::log(base::LogLevel::kWarning, error);
}

bool Configuration::read(std::span<const std::string_view> arguments, std::span<const std::string_view> default_plugins,
                         Problems& problems) {
  const size_t before = problems.size();
  std::string error;
  if (!parse_command_line(arguments, command_line_, error)) {
    problems.push_back(std::move(error));
    return false;
  }
  if (!command_line_.config_file.empty()) {
    if (read_document(command_line_.config_file, document_, problems)) {
      file_ = absolute(command_line_.config_file);
      directory_ = file_.substr(0, file_.rfind('/'));
      const std::string beside = overlay_path(file_);
      if (::access(beside.c_str(), F_OK) == 0) read_document(beside, overlay_, problems);
    }
  }
  for (const Named& plugin : document_.plugins) add_name(plugins_, plugin);
  if (!document_.lists_plugins)
    for (const std::string_view plugin : default_plugins) add_name(plugins_, {std::string(plugin), 0});
  for (const std::string& plugin : command_line_.plugins) add_name(plugins_, {plugin, 0});
  // What the command line says is looked at first.
  plugin_path_ = command_line_.plugin_path;
  for (const Named& path : document_.plugin_path) plugin_path_.push_back(path.name);
  return problems.size() == before;
}

bool Configuration::is_plugin(std::string_view name) const {
  return std::any_of(plugins_.begin(), plugins_.end(), [&](const Named& n) { return n.name == name; });
}

std::string Configuration::advice(std::string_view directive, const std::vector<std::string_view>& candidates) const {
  const std::string owner = owner_of_ ? owner_of_(directive) : "";
  if (owner.empty()) return did_you_mean(directive, candidates);
  return "; it is one of the plugin '" + owner + "': add that to plugins, or say --plugin " + owner;
}

std::string Configuration::advice(const Section& section, const std::vector<std::string_view>& candidates) const {
  const bool is_installed = std::any_of(section.settings.begin(), section.settings.end(), [&](const Setting& setting) {
    return owner_of_ && owner_of_(setting.name) == section.name;
  });
  if (!is_installed) return did_you_mean(section.name, candidates);
  return "; that plugin is installed: add it to plugins, or say --plugin " + section.name;
}

bool Configuration::resolve(Problems& problems, OwnerOf owner_of) {
  owner_of_ = std::move(owner_of);
  const size_t before = problems.size();
  resolve_sections(problems);
  resolve_view(problems);
  options_.freeze_file_values();
  assign_overlay(overlay_, options_, problems);
  resolve_command_line(problems);
  return problems.size() == before;
}

void Configuration::resolve_view(Problems& problems) {
  if (!document_.lists_listeners) return;
  ListenerView view;
  std::string error;
  int line = 0;
  const auto say = [&](int at, const std::string& sentence) {
    problems.push_back(document_.name + ":" + std::to_string(at) + ": " + sentence);
  };
  if (!view_of(document_.listeners, view, error, line)) return say(line, error);
  const auto assign = [&](std::string_view name, const Words& words, int at) {
    if (!options_.assign(name, words, Source::kFile, error)) say(at, "'" + std::string(name) + "': " + error);
  };
  const int first = document_.listeners.empty() ? 1 : document_.listeners.front().line;
  assign("port", {std::to_string(view.port)}, first);
  if (options_.find("tls-port") != nullptr) assign("tls-port", {std::to_string(view.tls_port)}, first);
  if (!view.bind.empty()) assign("bind", view.bind, first);
  assign("unixsocket", {view.unixsocket}, first);
  if (view.unix_mode == nullptr) return;
  Words words;
  if (node_words(options_.find("unixsocketperm")->row, view.unix_mode->value, directory_, words, error))
    assign("unixsocketperm", words, view.unix_mode->line);
  else
    say(view.unix_mode->line, "'mode' " + error);
}

void Configuration::resolve_sections(Problems& problems) {
  for (const Section& section : document_.sections) {
    if (section.name != kServerOwner && !is_plugin(section.name)) {
      std::vector<std::string_view> keys = {"plugins", "plugin-path", "listeners", "server"};
      for (const Named& plugin : plugins_) keys.emplace_back(plugin.name);
      problems.push_back(document_.name + ":" + std::to_string(section.line) + ": '" + section.name +
                         "' is neither a key of this file nor one of its plugins" + advice(section, keys));
      continue;
    }
    for (const Setting& setting : section.settings) resolve_setting(section, setting, problems);
  }
}

void Configuration::resolve_setting(const Section& section, const Setting& setting, Problems& problems) {
  const auto say = [&](const std::string& sentence) {
    problems.push_back(document_.name + ":" + std::to_string(setting.line) + ": " + sentence);
  };
  const Option* option = options_.find(setting.name);
  if (option == nullptr)
    return say("'" + section.name + "' has no option '" + setting.name + "'" +
               advice(setting.name, options_.names(section.name)));
  if (option->owner != section.name)
    return say("the option '" + setting.name + "' belongs under '" + option->owner + ":'");
  if (document_.lists_listeners &&
      std::find(std::begin(kViews), std::end(kViews), option->row.name) != std::end(kViews))
    return say("'" + setting.name + "' is said by the list of listeners; remove one of the two");
  Words words;
  std::string error;
  if (!node_words(option->row, setting.value, directory_, words, error)) return say("'" + setting.name + "' " + error);
  if (!options_.assign(setting.name, words, Source::kFile, error)) say("'" + setting.name + "': " + error);
}

void Configuration::resolve_command_line(Problems& problems) {
  std::vector<Directive> merged;
  for (const Directive& directive : command_line_.directives) {
    const Option* option = options_.find(directive.name);
    if (option == nullptr) {
      std::vector<std::string_view> names = options_.names();
      for (const char* own : {"config", "plugin", "plugin-path"}) names.emplace_back(own);
      problems.push_back("--" + directive.name + ": unknown directive" + advice(directive.name, names));
      continue;
    }
    const auto earlier = std::find_if(merged.begin(), merged.end(), [&](const Directive& d) {
      return d.name == directive.name && option->row.has(kRowAppends);
    });
    if (earlier == merged.end())
      merged.push_back(directive);
    else
      earlier->words.insert(earlier->words.end(), directive.words.begin(), directive.words.end());
  }
  for (const Directive& directive : merged) {
    // `--save ''` and `--save` both mean none; so does one empty word for other lists.
    const Row& row = options_.find(directive.name)->row;
    const bool nothing = row.type == KEEL_OPTION_LIST && directive.words == Words{""};
    Words words;
    if (row.type == KEEL_OPTION_LIST && !nothing && !row.has(kRowPairs)) {
      for (const std::string& word : directive.words)  // `--bind "127.0.0.1 ::1"` as well as two words
        for (std::string& part : split_at_spaces(word)) words.push_back(std::move(part));
    } else if (!nothing) {
      words = directive.words;
    }
    std::string error;
    if (!options_.assign(directive.name, words, Source::kCommandLine, error))
      problems.push_back("--" + directive.name + ": " + error);
  }
}

bool Configuration::listener_settings(const Listener& listener, const std::vector<const keel_option*>& tables,
                                      std::vector<std::pair<std::string, std::string>>& out, std::string& error) const {
  return listener_values(listener, tables, options_, document_.name, directory_, out, error);
}

bool Configuration::rewrite(std::string& reply) {
  if (file_.empty()) {
    reply = "ERR The server is running without a config file";
    return false;
  }
  std::string error;
  if (write_overlay(overlay_path(file_), overlay_, options_, error)) return true;
  reply = "ERR Rewriting config file: " + error;
  return false;
}

std::string Configuration::describe() const {
  std::string text;
  for (const auto& option : options_.all()) {
    const bool hide = option->row.has(KEEL_OPTION_SECRET) && !option->value.empty();
    text += option->row.name + " " + (hide ? "(secret)" : option->value) + "\n";
  }
  return text;
}

}  // namespace keel::config
