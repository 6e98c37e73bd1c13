#include "host/config/yaml.h"

#include <gtest/gtest.h>

namespace keel::config {
namespace {

std::string error_of(std::string_view text) {
  Node root;
  std::string error;
  return parse_yaml(text, "k.yaml", root, error) ? "" : error;
}

TEST(Yaml, BuildsATreeWithLines) {
  Node root;
  std::string error;
  ASSERT_TRUE(parse_yaml("# first\na: 1\nb:\n  - x\n  - \"true\"\nc: {d: e, f: [g]}\nn:\n", "k.yaml", root, error))
      << error;
  ASSERT_EQ(root.kind, Node::Kind::kMap);
  EXPECT_EQ(root.keys, (std::vector<std::string>{"a", "b", "c", "n"}));
  EXPECT_EQ(root.key_lines, (std::vector<int>{2, 3, 6, 7}));
  EXPECT_EQ(root.find("a")->text, "1");
  ASSERT_EQ(root.find("b")->items.size(), 2u);
  EXPECT_FALSE(root.find("b")->items[0].quoted);
  EXPECT_TRUE(root.find("b")->items[1].quoted);
  EXPECT_EQ(root.find("b")->items[1].line, 5);
  EXPECT_EQ(root.find("c")->find("f")->items[0].text, "g");
  EXPECT_EQ(root.find("n")->kind, Node::Kind::kNothing);
  EXPECT_EQ(root.find("zzz"), nullptr);
}

TEST(Yaml, NothingIsNothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n"}) {
    Node root;
    std::string error;
    EXPECT_TRUE(parse_yaml(text, "k.yaml", root, error)) << error;
    EXPECT_EQ(root.kind, Node::Kind::kNothing);
  }
}

TEST(Yaml, RefusesInOneSentence) {
  EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"), "k.yaml:3: 'a' stands twice in the same map");
  EXPECT_EQ(error_of("a: 1\n---\nb: 2\n"), "k.yaml:3: the file holds more than one document");
  EXPECT_EQ(error_of("a: &x [1]\nb: *x\n"),
            "k.yaml:2: aliases (*name) are not supported; a text that begins with * needs quotation marks");
  EXPECT_EQ(error_of("a: !python/object x\n"), "k.yaml:1: tags (!name) are not supported");
  EXPECT_EQ(error_of("[a]: b\n"), "k.yaml:1: the key of a map must be a text");
  EXPECT_EQ(error_of("{? {a: b} : c}"), "k.yaml:1: the key of a map must be a text");
  EXPECT_NE(error_of("bind: *\n").find("needs quotation marks"), std::string::npos);
  for (const char* text : {"a: [1, 2", "a: \"x", "a: b: c", "\ta: 1", "a: 1\n b: 2", "%YAML 9", "]"}) {
    const std::string error = error_of(text);
    EXPECT_TRUE(error.starts_with("k.yaml:")) << text << " -> " << error;
    EXPECT_EQ(error.find('\n'), std::string::npos);
  }
  EXPECT_EQ(error_of(std::string_view("a: 1\nb: \0", 9)), "k.yaml:2: the file contains a zero byte");
}

TEST(Yaml, HasLimits) {
  EXPECT_FALSE(error_of(std::string(100'000, '[')).empty());
  EXPECT_EQ(error_of("a: " + std::string(9, '[') + std::string(9, ']')),
            "k.yaml:1: lists and maps are nested more than 8 deep");
  EXPECT_FALSE(error_of(std::string(100'000, '{')).empty());
  std::string dashes;
  for (int i = 0; i < 10'000; ++i) dashes += "- ";
  EXPECT_EQ(error_of(dashes), "k.yaml:1: lists and maps are nested more than 8 deep");
  EXPECT_EQ(error_of(std::string(kMaxYamlBytes + 1, ' ')), "k.yaml:1: the file is longer than 1048576 bytes");
  std::string many;
  for (size_t i = 0; i < kMaxYamlNodes + 10; ++i) many += "- a\n";
  EXPECT_EQ(error_of(many), "k.yaml:20000: the file has more than 20000 values");
}

TEST(Yaml, QuotedFormComesBackByteForByte) {
  std::string every;
  for (int c = 1; c < 128; ++c) every += static_cast<char>(c);
  for (const std::string& value :
       {every, std::string("p\xc3\xa4ss \xe2\x82\xac"), std::string(), std::string("* # : no")}) {
    Node root;
    std::string error;
    ASSERT_TRUE(parse_yaml("k: " + quoted_yaml(value) + "\n", "k.yaml", root, error)) << error;
    EXPECT_EQ(root.find("k")->text, value);
  }
}

}  // namespace
}  // namespace keel::config
