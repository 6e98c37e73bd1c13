#include "host/config/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "host/config/nearest.h"

namespace keel::config {
namespace {

constexpr size_t kMaxEntries = 1024;  // of plugins, plugin-path and listeners

class Reader {
 public:
  Reader(std::string_view name, Document& out, Problems& problems) : name_(name), out_(out), problems_(problems) {}

  void root(const Node& node) {
    if (node.kind == Node::Kind::kNothing) return;
    if (node.kind != Node::Kind::kMap)
      return say(node.line, "the file must be a map of keys such as plugins and listeners");
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string& key = node.keys[i];
      const Node& value = node.items[i];
      const int line = node.key_lines[i];
      if (key == "plugins") {
        out_.lists_plugins = true;
        names(key, value, out_.plugins);
      } else if (key == "plugin-path") {
        names(key, value, out_.plugin_path);
      } else if (key == "listeners") {
        out_.lists_listeners = true;
        listeners(value);
      } else {
        section(key, line, value);
      }
    }
  }

 private:
  void say(int line, const std::string& sentence) {
    problems_.push_back(std::string(name_) + ":" + std::to_string(line) + ": " + sentence);
  }
  void expected(const Node& node, const std::string& what, std::string_view kind) {
    say(node.line, "'" + what + "' must be " + std::string(kind) + ", not " + std::string(kind_name(node.kind)));
  }

  void names(const std::string& key, const Node& node, std::vector<Named>& out) {
    if (node.kind == Node::Kind::kNothing) return;
    if (node.kind != Node::Kind::kList) return expected(node, key, "a list");
    if (node.items.size() > kMaxEntries) return say(node.line, "'" + key + "' has too many entries");
    for (const Node& item : node.items) {
      if (item.kind != Node::Kind::kText || item.text.empty()) {
        expected(item, "an entry of " + key, "a text");
        continue;
      }
      const bool twice = std::any_of(out.begin(), out.end(), [&](const Named& n) { return n.name == item.text; });
      if (twice)
        say(item.line, "'" + item.text + "' stands twice under " + key);
      else
        out.push_back({item.text, item.line});
    }
  }

  void listeners(const Node& node) {
    if (node.kind == Node::Kind::kNothing) return;
    if (node.kind != Node::Kind::kList) return expected(node, "listeners", "a list");
    if (node.items.size() > kMaxEntries) return say(node.line, "'listeners' has too many entries");
    for (const Node& item : node.items) listener(item);
  }

  void listener(const Node& node) {
    if (node.kind != Node::Kind::kMap || node.keys.empty())
      return say(node.line,
                 "a listener is a map that begins with its transport and address, such as 'tcp: 127.0.0.1:6379'");
    Listener listener;
    listener.line = node.line;
    listener.scheme = node.keys[0];
    if (node.items[0].kind != Node::Kind::kText || node.items[0].text.empty())
      return say(node.items[0].line,
                 "'" + listener.scheme + "' must be an address, not " + std::string(kind_name(node.items[0].kind)));
    listener.address = node.items[0].text;
    for (size_t i = 1; i < node.keys.size(); ++i) {
      const Node& value = node.items[i];
      if (node.keys[i] != "over") {
        listener.settings.push_back({node.keys[i], value, node.key_lines[i]});
      } else if (value.kind != Node::Kind::kText || value.text.empty()) {
        expected(value, "over", "the name of a transport");
      } else {
        listener.over = value.text;
      }
    }
    out_.listeners.push_back(std::move(listener));
  }

  void section(const std::string& key, int line, const Node& node) {
    // A misspelt plugins or listeners would otherwise be taken for a plugin's section, and refused as such.
    const bool is_map = node.kind == Node::Kind::kMap || node.kind == Node::Kind::kNothing;
    if (!is_map) {
      const std::string hint = did_you_mean(key, {"plugins", "plugin-path", "listeners", "server"});
      if (!hint.empty() && key != "server") return say(line, "unknown key '" + key + "'" + hint);
      return say(line, "'" + key + "' must be a map of options, not " + std::string(kind_name(node.kind)));
    }
    Section section{key, line, {}};
    for (size_t i = 0; i < node.keys.size(); ++i)
      section.settings.push_back({node.keys[i], node.items[i], node.key_lines[i]});
    out_.sections.push_back(std::move(section));
  }

  std::string_view name_;
  Document& out_;
  Problems& problems_;
};

bool fail(std::string& error, std::string text) {
  error = std::move(text);
  return false;
}

bool secret_words(const Node& node, const std::string& directory, Words& out, std::string& error) {
  const bool well_formed = node.keys.size() == 1 && node.items[0].kind == Node::Kind::kText &&
                           (node.keys[0] == "file" || node.keys[0] == "env");
  if (!well_formed) return fail(error, "a secret is a text, {file: path} or {env: NAME}");
  const std::string& from = node.items[0].text;
  if (node.keys[0] == "env") {
    const char* value = std::getenv(from.c_str());
    if (value == nullptr) return fail(error, "the environment has no variable " + from);
    out.emplace_back(value);
    return true;
  }
  const std::string path = from.starts_with('/') || directory.empty() ? from : directory + "/" + from;
  std::string text;
  std::string why;
  if (!read_bytes(path, kMaxValue, text, why)) return fail(error, "cannot read the secret in " + path + ": " + why);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  out.push_back(std::move(text));
  return true;
}

bool list_words(const Row& row, const Node& node, Words& out, std::string& error) {
  const char* const unclosed = "a quotation mark is not closed";
  if (node.kind == Node::Kind::kText) return split_quoted(node.text, out) || fail(error, unclosed);
  if (node.kind == Node::Kind::kMap && !row.has(kRowPairs)) return fail(error, "must be a list or a text, not a map");
  for (size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    const bool pair = node.kind == Node::Kind::kMap;
    if (pair) out.push_back(node.keys[i]);
    if (item.kind != Node::Kind::kText) return fail(error, "must hold texts only");
    const size_t before = out.size();
    if (!split_quoted(item.text, out)) return fail(error, unclosed);
    if (pair && out.size() == before) out.emplace_back();  // rename-command: {FLUSHALL: ""}
  }
  return true;
}

}  // namespace

bool read_bytes(const std::string& path, size_t limit, std::string& out, std::string& error) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return fail(error, std::strerror(errno));
  out.clear();
  char part[16384];
  ssize_t n = 0;
  while (out.size() <= limit && ((n = ::read(fd, part, sizeof part)) > 0 || (n < 0 && errno == EINTR)))
    if (n > 0) out.append(part, static_cast<size_t>(n));
  const int failure = n < 0 ? errno : 0;
  ::close(fd);
  if (failure != 0) return fail(error, std::strerror(failure));
  if (out.size() > limit) return fail(error, "it is longer than " + std::to_string(limit) + " bytes");
  return true;
}

bool parse_document(std::string_view text, std::string_view name, Document& out, Problems& problems) {
  out = Document{};
  out.name = name;
  Node root;
  std::string error;
  if (!parse_yaml(text, name, root, error)) {
    problems.push_back(std::move(error));
    return false;
  }
  const size_t before = problems.size();
  Reader(name, out, problems).root(root);
  return problems.size() == before;
}

bool read_document(const std::string& path, Document& out, Problems& problems) {
  std::string text;
  std::string error;
  out = Document{};
  out.name = path;
  if (read_bytes(path, kMaxYamlBytes, text, error)) return parse_document(text, path, out, problems);
  problems.push_back("cannot read the configuration file " + path + ": " + error);
  return false;
}

bool node_words(const Row& row, const Node& node, const std::string& directory, Words& out, std::string& error) {
  out.clear();
  if (node.kind == Node::Kind::kNothing) return fail(error, "has no value; an empty text is written \"\"");
  if (node.kind == Node::Kind::kMap && row.has(KEEL_OPTION_SECRET)) return secret_words(node, directory, out, error);
  if (row.type == KEEL_OPTION_LIST) return list_words(row, node, out, error);
  if (node.kind != Node::Kind::kText) return fail(error, "must be a text, not " + std::string(kind_name(node.kind)));
  std::string word = node.text;
  if (row.type == KEEL_OPTION_BOOL && !node.quoted) {  // what YAML itself calls a boolean
    const std::string small = lower(word);
    if (small == "true" || small == "on") word = "yes";
    if (small == "false" || small == "off") word = "no";
  }
  out.push_back(std::move(word));
  return true;
}

}  // namespace keel::config
