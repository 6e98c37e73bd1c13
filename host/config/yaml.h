// host/config/yaml.h - YAML text as a tree whose depth, size and every line are known.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keel::config {

inline constexpr size_t kMaxYamlBytes = 1 << 20;
inline constexpr size_t kMaxYamlNodes = 20'000;
inline constexpr size_t kMaxYamlDepth = 8;

struct Node {
  enum class Kind { kNothing, kText, kList, kMap };
  Kind kind = Kind::kNothing;
  int line = 0;         // from 1
  bool quoted = false;  // kText: written with quotation marks
  std::string text;     // kText
  // kList: the items.  kMap: the values, in the order of the file; keys[i] stands at key_lines[i] and belongs to
  // items[i].
  std::vector<Node> items;
  std::vector<std::string> keys;
  std::vector<int> key_lines;

  const Node* find(std::string_view key) const;
};

// "a text", "a list", ... for sentences.
std::string_view kind_name(Node::Kind kind);

// Reads one document; an empty text gives kNothing.  False: `error` is one sentence that begins with "name:line: ".
// Refused: more than one document, aliases, keys that are not text, keys that stand twice in a map, too much of
// anything above.
bool parse_yaml(std::string_view text, std::string_view name, Node& root, std::string& error);

// A value in the double-quoted form that parse_yaml() reads back byte for byte.
std::string quoted_yaml(std::string_view value);

}  // namespace keel::config
