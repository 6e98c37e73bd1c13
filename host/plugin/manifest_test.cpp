#include "host/plugin/manifest.h"

#include <gtest/gtest.h>

#include "host/plugin/make_elf_for_test.h"

namespace keel::plugin {
namespace {

constexpr std::string_view kGood =
    "name: string\nversion: 1.0.0\nabi: 1\nneeds: [keel.keyspace/1, acme.clock/1?]\nprovides: [type:string]\n";

std::string refusal(std::string_view text) {
  Manifest m;
  std::string error;
  EXPECT_FALSE(parse_manifest(text, m, error)) << text;
  EXPECT_EQ(error.find('\n'), std::string::npos);
  return error;
}

TEST(Manifest, TakesWhatTheHeaderShows) {
  Manifest m;
  std::string error;
  ASSERT_TRUE(parse_manifest(kGood, m, error)) << error;
  EXPECT_EQ(m.name, "string");
  EXPECT_EQ(m.version, "1.0.0");
  EXPECT_EQ(m.abi, 1u);
  EXPECT_EQ(m.needs, (std::vector<Need>{{"keel.keyspace/1", false}, {"acme.clock/1", true}}));
  EXPECT_EQ(m.provides, std::vector<std::string>{"type:string"});
  ASSERT_TRUE(parse_manifest(std::string{kGood} + std::string(3, '\0'), m, error)) << "padding of the literal";
  ASSERT_TRUE(parse_manifest("# words\n\nname: a\r\nversion: 1\nabi: 1\nneeds: []", m, error)) << error;
  EXPECT_TRUE(m.needs.empty());
}

TEST(Manifest, EachMalformedInputIsOneSentence) {
  const std::string head = "name: a\nversion: 1\nabi: 1\n";
  EXPECT_EQ(refusal("version: 1\nabi: 1\n"), "has a manifest without 'name:'");
  EXPECT_EQ(refusal("name: a\nversion: 1\n"), "has a manifest without 'abi:'");
  EXPECT_EQ(refusal("name a\n"), "has a bad manifest: line 1 is not of the form 'key: value': 'name a'");
  EXPECT_EQ(refusal(head + "colour: red\n"), "has a bad manifest: line 4 has the unknown key 'colour'");
  EXPECT_EQ(refusal(head + "name: b\n"), "has a bad manifest: line 4 says 'name' a second time");
  EXPECT_EQ(refusal("name: ../x\n"), "has a bad manifest: line 1 gives a name that no plugin may have: '../x'");
  EXPECT_EQ(refusal("abi: one\n"), "has a bad manifest: line 1 gives an abi that is no number: 'one'");
  EXPECT_EQ(refusal("abi: 99999999999\n"), "has a bad manifest: line 1 gives an abi that is no number: '99999999999'");
  EXPECT_EQ(refusal("version: a b\n"), "has a bad manifest: line 1 gives a version that is none: 'a b'");
  EXPECT_EQ(refusal(head + "needs: x\n"), "has a bad manifest: line 4 is not a list in brackets: 'x'");
  EXPECT_EQ(refusal(head + "needs: [a,]\n"), "has a bad manifest: line 4 has a comma before the closing bracket");
  EXPECT_EQ(refusal(head + "needs: [a,,b]\n"), "has a bad manifest: line 4 needs something that is no id: ''");
  EXPECT_EQ(refusal(head + "needs: [a, a?]\n"), "has a bad manifest: line 4 needs 'a' twice");
  EXPECT_EQ(refusal(head + "provides: [a, a]\n"), "has a bad manifest: line 4 provides 'a' twice");
  EXPECT_EQ(refusal(head + "commands: [a, b c]\n"), "has a bad manifest: line 4 has commands that are no names: 'b c'");
  EXPECT_EQ(refusal(head + "commands: [a, a]\n"), "has a bad manifest: line 4 has the command 'a' twice");
  EXPECT_EQ(refusal(head + "directives: [a-*, *]\n"),
            "has a bad manifest: line 4 has directives that are no names: '*'");
  EXPECT_EQ(refusal(std::string_view("name: a\0b", 9)),
            "has a manifest with a zero byte inside (is KEEL_MANIFEST used twice?)");
  EXPECT_EQ(refusal(std::string(kMaxManifest + 1, 'x')), "has a manifest of more than 16384 bytes");
  std::string many = head + "needs: [a0";
  for (int i = 1; i < 257; ++i) many += ", a" + std::to_string(i);
  EXPECT_EQ(refusal(many + "]"), "has a bad manifest: line 4 has a list of more than 256");
}

TEST(Facts, ReadsASharedObject) {
  FileFacts facts;
  std::string error;
  ASSERT_TRUE(read_facts(std::string_view{make_elf(kGood)}, facts, error)) << error;
  EXPECT_EQ(facts.manifest.name, "string");
  EXPECT_EQ(facts.table_size, 104u);
}

TEST(Facts, NamesWhatIsMissing) {
  FileFacts facts;
  std::string error;
  EXPECT_FALSE(read_facts(std::string_view{"#!/bin/sh\n"}, facts, error));
  EXPECT_EQ(error, "is not a shared object (it does not begin as an ELF file)");
  EXPECT_FALSE(read_facts(std::string_view{make_elf(kGood, "other")}, facts, error));
  EXPECT_EQ(error, "does not export keel_plugin_v1");
  std::string file = make_elf(kGood);
  file.replace(file.find(".keel.manifest"), 5, ".leek");
  EXPECT_FALSE(read_facts(std::string_view{file}, facts, error));
  EXPECT_EQ(error, "is not a plugin for this server: it has no section .keel.manifest");
  EXPECT_FALSE(read_facts(std::filesystem::path{"/nowhere/x.so"}, facts, error));
  EXPECT_EQ(error, "cannot be read: No such file or directory");
}

// Every truncation, and every byte set to some hostile values: a sentence or a manifest, and no look outside (the
// sanitizers of the asan build watch).
TEST(Facts, SurvivesTruncationAndDamage) {
  const std::string whole = make_elf(kGood);
  for (size_t n = 0; n < whole.size(); ++n) {
    const std::string cut{whole.data(), n};
    FileFacts facts;
    std::string error;
    EXPECT_FALSE(read_facts(std::string_view{cut}, facts, error)) << n;
    EXPECT_FALSE(error.empty()) << n;
  }
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const char c : {'\0', '\x01', '\x7f', '\x80', '\xff'}) {
      std::string bad = whole;
      bad[i] = c;
      FileFacts facts;
      std::string error;
      const bool good = read_facts(std::string_view{bad}, facts, error);
      EXPECT_EQ(good, error.empty()) << i;
    }
  }
}

}  // namespace
}  // namespace keel::plugin
