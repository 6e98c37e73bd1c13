#include "host/config/listener.h"

#include <algorithm>

#include "host/config/file.h"
#include "host/config/nearest.h"
#include "host/config/options.h"
#include "keel/cpp/text.hpp"

namespace keel::config {
namespace {

constexpr std::string_view kTcp = "tcp";
constexpr std::string_view kTls = "tls";
constexpr std::string_view kUnix = "unix";

// Settings whose default is a directive, when the transport has them.
struct SharedDefault {
  std::string_view setting, directive;
};
constexpr SharedDefault kShared[] = {{"backlog", "tcp-backlog"},
                                     {"keepalive", "tcp-keepalive"},
                                     {"accepts-per-turn", "max-new-connections-per-cycle"},
                                     {"mark", "socket-mark-id"}};
// Of a listener with a layer: a handshake costs more than a connection without one.
constexpr SharedDefault kSharedLayered = {"accepts-per-turn", "max-new-tls-connections-per-cycle"};

// The directive that gives a setting its default; nullptr = the row does.
const Option* default_of(const Options& options, std::string_view setting, bool of_layer, bool layered,
                         std::string_view layer) {
  if (of_layer) return options.find(std::string(layer).append("-").append(setting));
  if (layered && setting == kSharedLayered.setting) return options.find(kSharedLayered.directive);
  const auto* const shared = std::find_if(std::begin(kShared), std::end(kShared),
                                          [&](const SharedDefault& d) { return d.setting == setting; });
  return shared == std::end(kShared) ? nullptr : options.find(shared->directive);
}

const Setting* setting_of(const Listener& listener, std::string_view name) {
  for (const Setting& setting : listener.settings)
    if (setting.name == name) return &setting;
  return nullptr;
}

void set_setting(Listener& listener, std::string name, std::string value) {
  Node node;
  node.kind = Node::Kind::kText;
  node.text = std::move(value);
  node.quoted = true;
  for (Setting& setting : listener.settings) {
    if (setting.name != name) continue;
    setting.value = std::move(node);
    return;
  }
  listener.settings.push_back({std::move(name), std::move(node), listener.line});
}

bool differs_from_file(const Options& options, std::string_view name) {
  const Option* option = options.find(name);
  return option != nullptr && option->value != option->file_value;
}

// On a TCP port, so that port or tls-port may stand for it.
bool has_port(const Listener& listener, std::string_view scheme) {
  return listener.scheme == scheme && (listener.over.empty() || listener.over == kTcp);
}

// The listeners that a port and bind stand for: the first one of the scheme, and those with the same port.
bool in_view(const Listener& listener, std::string_view scheme, int64_t port) {
  HostPort at;
  return has_port(listener, scheme) && parse_address(listener.address, at) && at.port == port;
}

// Makes those listeners of a scheme that its port and bind stand for what these two say now.
void follow_port(std::vector<Listener>& out, std::string_view scheme, std::string_view directive,
                 const Options& options, bool none_in_file) {
  const Option* const port = options.find(directive);
  if (port == nullptr) return;
  const auto first = std::find_if(out.begin(), out.end(), [&](const Listener& l) { return has_port(l, scheme); });
  const bool moved = differs_from_file(options, directive) || differs_from_file(options, "bind");
  if (!moved && !none_in_file) return;
  const int64_t now = keel::parse_integer(port->value).value_or(0);
  const Listener like = first == out.end() ? Listener{} : *first;
  HostPort before;
  const bool known = first != out.end() && parse_address(like.address, before);
  auto at = first == out.end() ? 0 : first - out.begin();
  std::erase_if(out, [&](const Listener& l) { return known && in_view(l, scheme, before.port); });
  for (const std::string& word : now == 0 ? Words{} : split_at_spaces(options.value("bind"))) {
    Listener listener = bound_listener(word, now);
    listener.scheme = scheme;
    listener.over = like.over;
    listener.settings = like.settings;
    listener.line = like.line;
    out.insert(out.begin() + at++, std::move(listener));
  }
}

}  // namespace

bool parse_address(std::string_view text, HostPort& out) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return false;
  const auto port = keel::parse_integer(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (!port || *port < 0 || *port > 65535 || host.empty()) return false;
  if (host.front() == '[') {
    if (host.size() < 3 || host.back() != ']') return false;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return false;  // an IPv6 address without its brackets
  }
  out.host = host;
  out.port = static_cast<int32_t>(*port);
  return true;
}

Listener bound_listener(std::string_view word, int64_t port) {
  Listener listener;
  listener.scheme = kTcp;
  if (word.starts_with('-')) {
    listener.optional = true;
    word.remove_prefix(1);
  }
  std::string host(word == "*" ? "0.0.0.0" : word == "::*" ? "::" : word);
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  listener.address = host + ":" + std::to_string(port);
  return listener;
}

bool view_of(const std::vector<Listener>& listeners, ListenerView& out, std::string& error, int& line) {
  out = ListenerView{};
  bool tcp_seen = false, tls_seen = false;
  std::vector<std::string> tls_hosts;
  for (const Listener& listener : listeners) {
    if (listener.scheme == kUnix && out.unixsocket.empty()) {
      out.unixsocket = listener.address;
      out.unix_mode = setting_of(listener, "mode");
    }
    const bool tls = has_port(listener, kTls);
    if (!tls && listener.scheme != kTcp) continue;
    HostPort at;
    if (!parse_address(listener.address, at)) {
      if (tls) continue;  // the layer may name another transport under it: that one knows whether this is an address
      error = "'" + listener.address + "' is not of the form host:port or [address]:port";
      line = listener.line;
      return false;
    }
    bool& seen = tls ? tls_seen : tcp_seen;
    int64_t& port = tls ? out.tls_port : out.port;
    if (!seen) {
      seen = true;
      port = at.port;
    }
    if (at.port == port) (tls ? tls_hosts : out.bind).push_back(at.host);
  }
  if (!tcp_seen) out.bind = std::move(tls_hosts);
  return true;
}

std::vector<Listener> effective_listeners(const std::vector<Listener>& from_file, const Options& options) {
  std::vector<Listener> out = from_file;
  if (options.find("port") == nullptr) return out;
  const auto is_unix = [](const Listener& l) { return l.scheme == kUnix; };

  // Each puts what is new in front: first those without TLS, as a reader expects.
  follow_port(out, kTls, "tls-port", options, from_file.empty());
  follow_port(out, kTcp, "port", options, from_file.empty());

  const std::string& path = options.value("unixsocket");
  auto unix_first = std::find_if(out.begin(), out.end(), is_unix);
  if (path.empty()) {
    if (unix_first != out.end() && differs_from_file(options, "unixsocket")) out.erase(unix_first);
    return out;
  }
  if (unix_first == out.end()) {
    unix_first = out.insert(out.end(), Listener{});
    unix_first->scheme = kUnix;
  }
  unix_first->address = path;
  // Equal to the listener's own mode, when it has one in the file and nobody has overridden it.
  const std::string& mode = options.value("unixsocketperm");
  if (mode != "0" || differs_from_file(options, "unixsocketperm")) set_setting(*unix_first, "mode", mode);
  return out;
}

bool listener_values(const Listener& listener, const std::vector<const keel_option*>& tables, const Options& options,
                     std::string_view file, const std::string& directory,
                     std::vector<std::pair<std::string, std::string>>& out, std::string& error) {
  const auto fail = [&](int line, const std::string& sentence) {
    error = (line > 0 ? std::string(file) + ":" + std::to_string(line) + ": "
                      : "the listener " + listener.scheme + ":" + listener.address + ": ") +
            sentence;
    return false;
  };
  std::vector<Row> rows;
  size_t of_transport = 0;
  for (const keel_option* row = nullptr; const keel_option* table : tables) {
    for (row = table; row != nullptr && row->name != nullptr; ++row) {
      const bool twice = std::any_of(rows.begin(), rows.end(), [&](const Row& r) { return r.name == row->name; });
      if (twice)
        return fail(listener.line, "transport and layer both declare the setting '" + std::string(row->name) + "'");
      std::string why;
      if (!row_of(*row, nullptr, rows.emplace_back(), why)) return fail(listener.line, why);
    }
    if (table == tables.front()) of_transport = rows.size();
  }
  std::vector<std::string_view> names;
  for (const Row& row : rows) names.emplace_back(row.name);
  for (const Setting& setting : listener.settings)
    if (std::find(names.begin(), names.end(), setting.name) == names.end())
      return fail(setting.line, "a listener of the kind '" + listener.scheme + "' has no setting '" + setting.name +
                                    "'" + did_you_mean(setting.name, names));

  out.clear();
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const Option* const directive =
        default_of(options, row.name, i >= of_transport, tables.size() > 1, listener.scheme);
    const std::string& otherwise = directive != nullptr ? directive->value : row.initial;
    Words words = row.type == KEEL_OPTION_LIST ? split_at_spaces(otherwise) : Words{otherwise};
    const Setting* const setting = setting_of(listener, row.name);
    const int line = setting == nullptr ? listener.line : setting->line;
    std::string why;
    if (setting != nullptr && !node_words(row, setting->value, directory, words, why))
      return fail(line, "'" + row.name + "' " + why);
    std::string value;
    if (!check_value(row, words, row.initial, value, why)) return fail(line, "'" + row.name + "': " + why);
    out.emplace_back(row.name, std::move(value));
  }
  return true;
}

}  // namespace keel::config
