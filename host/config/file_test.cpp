#include "host/config/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace keel::config {
namespace {

Problems problems_of(std::string_view text) {
  Document document;
  Problems problems;
  const bool good = parse_document(text, "k.yaml", document, problems);
  EXPECT_EQ(good, problems.empty());
  return problems;
}

TEST(File, ReadsTheWholeShape) {
  Document document;
  Problems problems;
  ASSERT_TRUE(parse_document(R"(
plugins: [transport-tcp, string]
plugin-path:
  - /opt/keel
listeners:
  - tcp: 127.0.0.1:6379
  - unix: /run/keel.sock
    mode: "0700"
  - tls: /run/tls.sock
    over: unix
    cert-file: /etc/c.crt
server: {databases: 4}
transport-tcp:
  tcp-x: 5
)",
                             "k.yaml", document, problems))
      << problems.front();
  EXPECT_TRUE(document.lists_plugins);
  EXPECT_TRUE(document.lists_listeners);
  ASSERT_EQ(document.plugins.size(), 2u);
  EXPECT_EQ(document.plugins[1].name, "string");
  EXPECT_EQ(document.plugins[1].line, 2);
  EXPECT_EQ(document.plugin_path[0].name, "/opt/keel");
  ASSERT_EQ(document.listeners.size(), 3u);
  EXPECT_EQ(document.listeners[0].scheme, "tcp");
  EXPECT_EQ(document.listeners[0].address, "127.0.0.1:6379");
  EXPECT_EQ(document.listeners[1].settings[0].name, "mode");
  EXPECT_EQ(document.listeners[1].settings[0].line, 8);
  EXPECT_EQ(document.listeners[2].over, "unix");
  ASSERT_EQ(document.listeners[2].settings.size(), 1u);
  ASSERT_EQ(document.sections.size(), 2u);
  EXPECT_EQ(document.sections[0].settings[0].name, "databases");
  EXPECT_EQ(document.sections[1].name, "transport-tcp");
}

TEST(File, EmptyIsAFile) {
  EXPECT_EQ(problems_of(""), Problems{});
  EXPECT_EQ(problems_of("plugins:\nlisteners:\nserver:\n"), Problems{});
}

TEST(File, NamesTheLineOfEveryMistake) {
  EXPECT_EQ(
      problems_of("plugins: 5\nlisteners: x\nserver: [a]\nplugin-path: {a: b}\n"),
      (Problems{"k.yaml:1: 'plugins' must be a list, not a text", "k.yaml:2: 'listeners' must be a list, not a text",
                "k.yaml:3: 'server' must be a map of options, not a list",
                "k.yaml:4: 'plugin-path' must be a list, not a map"}));
  EXPECT_EQ(problems_of("- a\n"), Problems{"k.yaml:1: the file must be a map of keys such as plugins and listeners"});
  EXPECT_EQ(problems_of("plugins: [a, b, a]\n"), Problems{"k.yaml:1: 'a' stands twice under plugins"});
  EXPECT_EQ(problems_of("plugins: [a, [b]]\n"), Problems{"k.yaml:1: 'an entry of plugins' must be a text, not a list"});
  EXPECT_EQ(problems_of("plugin: [a]\n"), Problems{"k.yaml:1: unknown key 'plugin'; did you mean 'plugins'?"});
  EXPECT_EQ(problems_of("listners:\n- tcp: x\n"),
            Problems{"k.yaml:1: unknown key 'listners'; did you mean 'listeners'?"});
  EXPECT_EQ(
      problems_of("listeners:\n- tcp\n"),
      Problems{
          "k.yaml:2: a listener is a map that begins with its transport and address, such as 'tcp: 127.0.0.1:6379'"});
  EXPECT_EQ(problems_of("listeners:\n- tcp: [1]\n"), Problems{"k.yaml:2: 'tcp' must be an address, not a list"});
  EXPECT_EQ(problems_of("listeners:\n- tls: x\n  over:\n"),
            Problems{"k.yaml:3: 'over' must be the name of a transport, not nothing"});
}

class NodeWords : public testing::Test {
 protected:
  std::string words(const Row& row, std::string_view yaml) {
    Node root;
    std::string error;
    Words out;
    EXPECT_TRUE(parse_yaml("v: " + std::string(yaml) + "\n", "k.yaml", root, error)) << error;
    return node_words(row, root.items[0], directory, out, error) ? join_quoted(out) : "error: " + error;
  }
  std::string directory;
};

TEST_F(NodeWords, Scalars) {
  const Row flag{"f", "no", "", KEEL_OPTION_BOOL};
  EXPECT_EQ(words(flag, "true"), "yes");
  EXPECT_EQ(words(flag, "Off"), "no");
  EXPECT_EQ(words(flag, "yes"), "yes");
  EXPECT_EQ(words(flag, "\"true\""), "true");
  const Row text{"t", "", "", KEEL_OPTION_STRING};
  EXPECT_EQ(words(text, "true"), "true");
  EXPECT_EQ(words(text, "\"a b\""), "\"a b\"");
  EXPECT_EQ(words(text, ""), "error: has no value; an empty text is written \"\"");
  EXPECT_EQ(words(text, "[a]"), "error: must be a text, not a list");
  EXPECT_EQ(words(text, "{file: /x}"), "error: must be a text, not a map") << "only secrets";
}

TEST_F(NodeWords, Lists) {
  const Row list{"l", "", "", KEEL_OPTION_LIST};
  EXPECT_EQ(words(list, "[a, b]"), "a b");
  EXPECT_EQ(words(list, "a   b"), "a b");
  EXPECT_EQ(words(list, "[normal 1 2, b]"), "normal 1 2 b");
  EXPECT_EQ(words(list, "[]"), "");
  EXPECT_EQ(words(list, "\"\""), "");
  EXPECT_EQ(words(list, "[[a]]"), "error: must hold texts only");
  EXPECT_EQ(words(list, "{a: b}"), "error: must be a list or a text, not a map");
  const Row pairs{"l", "", "", KEEL_OPTION_LIST, kRowPairs};
  EXPECT_EQ(words(pairs, "{FLUSHALL: \"\", CONFIG: hidden}"), "FLUSHALL \"\" CONFIG hidden");
  EXPECT_EQ(words(pairs, "{normal: 0 0 0, replica: 1mb 2mb 60}"), "normal 0 0 0 replica 1mb 2mb 60");
}

TEST_F(NodeWords, Secrets) {
  const Row secret{"s", "", "", KEEL_OPTION_STRING, KEEL_OPTION_SECRET};
  EXPECT_EQ(words(secret, "plain"), "plain");
  ::setenv("KEEL_TEST_SECRET", "from env", 1);
  EXPECT_EQ(words(secret, "{env: KEEL_TEST_SECRET}"), "\"from env\"");
  EXPECT_EQ(words(secret, "{env: KEEL_TEST_ABSENT}"), "error: the environment has no variable KEEL_TEST_ABSENT");
  char name[] = "/tmp/keel-secret-XXXXXX";
  const int fd = ::mkstemp(name);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::write(fd, "pass\r\n", 6), 6);
  ::close(fd);
  EXPECT_EQ(words(secret, "{file: " + std::string(name) + "}"), "pass");
  directory = "/tmp";
  EXPECT_EQ(words(secret, "{file: " + std::string(name).substr(5) + "}"), "pass");
  ::unlink(name);
  EXPECT_EQ(words(secret, "{file: /nonexistent}"),
            "error: cannot read the secret in /nonexistent: No such file or directory");
  EXPECT_EQ(words(secret, "{file: /tmp}"), "error: cannot read the secret in /tmp: Is a directory");
  EXPECT_EQ(words(secret, "{file: a, env: b}"), "error: a secret is a text, {file: path} or {env: NAME}");
  EXPECT_EQ(words(secret, "{vault: a}"), "error: a secret is a text, {file: path} or {env: NAME}");
}

TEST(File, BytesAreBounded) {
  std::string out, error;
  EXPECT_FALSE(read_bytes("/dev/zero", 1000, out, error));
  EXPECT_EQ(error, "it is longer than 1000 bytes");
  EXPECT_TRUE(read_bytes("/dev/null", 1000, out, error));
  EXPECT_EQ(out, "");
}

}  // namespace
}  // namespace keel::config
