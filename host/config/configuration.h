// host/config/configuration.h - everything that the operator has said: file, overlay and command line in one place.
//
// The order of use, all [control]:
//   1. read()       the words of the command line, the file and its overlay: shape only
//   2. plugins() and plugin_path() are known: load them; each declares its rows with options().declare()
//   3. resolve()    defaults < file < overlay < command line; checks names and values
//   4. listeners() and listener_values(); a `check` may stop here, nothing has been touched
//   5. apply()      tells every owner its values; Settings hold them from now on
// Then [executor]: options().get() and set(), rewrite().
#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/settings.h"
#include "host/config/command_line.h"
#include "host/config/file.h"
#include "host/config/listener.h"
#include "host/config/options.h"

namespace keel::config {

class Configuration {
 public:
  // Declares the server's own directives; `settings` must outlive this object.
  explicit Configuration(base::Settings& settings);

  // `arguments`: what stands behind `keel serve` or `keel check`.  `default_plugins` are used when the file has
  // no list of plugins; the command line adds to either.  False: problems were added.
  bool read(std::span<const std::string_view> arguments, std::span<const std::string_view> default_plugins,
            Problems& problems);

  const std::vector<Named>& plugins() const { return plugins_; }  // in the order given; line 0 = from the command line
  const std::vector<std::string>& plugin_path() const { return plugin_path_; }
  const std::string& file() const { return file_; }  // absolute; empty = there is none

  Options& options() { return options_; }
  const Options& options() const { return options_; }

  // `owner_of`: the plugin, not among plugins(), that has an unknown directive; empty = none is known.
  using OwnerOf = std::function<std::string(std::string_view directive)>;
  bool resolve(Problems& problems, OwnerOf owner_of = nullptr);
  bool apply(std::string& error) { return options_.apply_all(error); }

  // Where to listen, by the values of port, tls-port, bind, unixsocket and unixsocketperm now.  In a hook of CONFIG
  // SET: the wish.
  std::vector<Listener> listeners() const { return effective_listeners(document_.listeners, options_); }
  // Settings of one of them against the rows of its transport and layer; see host/config/listener.h.
  bool listener_settings(const Listener& listener, const std::vector<const keel_option*>& tables,
                         std::vector<std::pair<std::string, std::string>>& out, std::string& error) const;

  // CONFIG REWRITE.  False: `reply` is the whole error, "ERR ..." included.
  bool rewrite(std::string& reply);

  // Every option with its value, "name value" a line, secrets as "(secret)": what `keel check` may print.
  std::string describe() const;

 private:
  void resolve_view(Problems& problems);
  void resolve_sections(Problems& problems);
  void resolve_setting(const Section& section, const Setting& setting, Problems& problems);
  void resolve_command_line(Problems& problems);
  bool is_plugin(std::string_view name) const;
  // The end of a sentence about a directive that nobody declares.
  std::string advice(std::string_view directive, const std::vector<std::string_view>& candidates) const;
  std::string advice(const Section& section, const std::vector<std::string_view>& candidates) const;

  OwnerOf owner_of_;
  Options options_;
  CommandLine command_line_;
  Document document_, overlay_;
  std::vector<Named> plugins_;
  std::vector<std::string> plugin_path_;
  std::string file_, directory_;
};

}  // namespace keel::config
