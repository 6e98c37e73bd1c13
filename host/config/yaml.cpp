#include "host/config/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <set>
#include <streambuf>

namespace keel::config {
namespace {

struct Refusal {  // thrown and caught in this file
  int line;
  std::string text;
};

int line_of(const YAML::Mark& mark) {
  return mark.line < 0 ? 1 : mark.line + 1;
}

// Reads from borrowed bytes.
class Bytes : public std::streambuf {
 public:
  explicit Bytes(std::string_view text) {
    char* const begin = const_cast<char*>(text.data());  // streambuf's get area is never written to
    setg(begin, begin, begin + text.size());
  }
};

// Builds the tree as the parser goes, so that a limit ends the parse where it is broken.
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(Node& root) : root_(root) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add(mark, Node::Kind::kNothing); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{line_of(mark), "aliases (*name) are not supported; a text that begins with * needs quotation marks"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, const std::string& value) override {
    check_tag(mark, tag);
    Frame* const top = open_.empty() ? nullptr : &open_.back();
    if (top != nullptr && top->node->kind == Node::Kind::kMap && !top->key_read) {
      count(mark);
      if (!top->keys.insert(value).second) throw Refusal{line_of(mark), "'" + value + "' stands twice in the same map"};
      top->node->keys.push_back(value);
      top->node->key_lines.push_back(line_of(mark));
      top->key_read = true;
      return;
    }
    Node& node = add(mark, Node::Kind::kText);
    node.text = value;
    node.quoted = tag == "!";
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    enter(mark, Node::Kind::kList);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    enter(mark, Node::Kind::kMap);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Frame {
    Node* node;
    bool key_read = false;
    std::set<std::string> keys{};
  };

  void count(const YAML::Mark& mark) {
    if (++nodes_ > kMaxYamlNodes)
      throw Refusal{line_of(mark), "the file has more than " + std::to_string(kMaxYamlNodes) + " values"};
  }
  static void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!" || tag.starts_with("tag:yaml.org,2002:")) return;
    throw Refusal{line_of(mark), "tags (!name) are not supported"};
  }
  Node& add(const YAML::Mark& mark, Node::Kind kind) {
    count(mark);
    Node* node = &root_;
    if (!open_.empty()) {
      Frame& top = open_.back();
      if (top.node->kind == Node::Kind::kMap && !top.key_read)
        throw Refusal{line_of(mark), "the key of a map must be a text"};
      top.key_read = false;
      node = &top.node->items.emplace_back();
    }
    node->kind = kind;
    node->line = line_of(mark);
    // Where nothing stands, yaml-cpp points behind it.
    if (kind == Node::Kind::kNothing && !open_.empty() && !open_.back().node->key_lines.empty())
      node->line = open_.back().node->key_lines.back();
    return *node;
  }
  // The address of an open node stays valid: its parent gets the next item only after it is closed.
  void enter(const YAML::Mark& mark, Node::Kind kind) {
    if (open_.size() >= kMaxYamlDepth)
      throw Refusal{line_of(mark), "lists and maps are nested more than " + std::to_string(kMaxYamlDepth) + " deep"};
    open_.push_back({&add(mark, kind)});
  }

  Node& root_;
  std::vector<Frame> open_;
  size_t nodes_ = 0;
};

// What yaml-cpp says, with a hint where an address such as * was meant.
std::string sentence(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (text.starts_with("alias not found")) text += "; a text that begins with * needs quotation marks";
  return text;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (size_t i = 0; i < keys.size(); ++i)
    if (keys[i] == key) return &items[i];
  return nullptr;
}

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kText:
      return "a text";
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMap:
      return "a map";
    default:
      return "nothing";
  }
}

bool parse_yaml(std::string_view text, std::string_view name, Node& root, std::string& error) {
  root = Node{};
  const auto fail = [&](int line, const std::string& what) {
    root = Node{};
    error = std::string(name) + ":" + std::to_string(line) + ": " + sentence(what);
    return false;
  };
  if (text.size() > kMaxYamlBytes)
    return fail(1, "the file is longer than " + std::to_string(kMaxYamlBytes) + " bytes");
  const size_t zero = text.find('\0');
  if (zero != std::string_view::npos)
    return fail(static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(zero), '\n')) + 1,
                "the file contains a zero byte");
  try {
    Bytes bytes(text);
    std::istream stream(&bytes);
    YAML::Parser parser(stream);
    Builder builder(root);
    if (!parser.HandleNextDocument(builder)) return true;
    Node second;
    Builder after(second);
    if (parser.HandleNextDocument(after))
      return fail(std::max(second.line, 1), "the file holds more than one document");
    return true;
  } catch (const Refusal& refusal) {
    return fail(refusal.line, refusal.text);
  } catch (const YAML::Exception& failure) {
    return fail(line_of(failure.mark), failure.msg);
  } catch (const std::exception& failure) {
    return fail(1, failure.what());
  }
}

std::string quoted_yaml(std::string_view value) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

}  // namespace keel::config
