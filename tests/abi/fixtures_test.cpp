// Every bad plugin, and the one sentence that it gets.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "host/plugin/address.h"
#include "keel/command.h"
#include "tests/abi/loading.h"

namespace keel::plugin {
namespace {

using Sentences = std::vector<std::string>;
constexpr const char* kFixtures = KEEL_FIXTURES;

struct Case {
  const char* plugin;
  const char* sentence;  // without "plugin 'x' "; a final * stands for anything
};
void PrintTo(const Case& c, std::ostream* out) {
  *out << c.plugin;
}  // the name of the test
constexpr Case kCases[] = {
    {"bad-no-manifest", "is not a plugin for this server: it has no section .keel.manifest*"},
    {"bad-no-symbol", "does not export keel_plugin_v1*"},
    {"bad-magic", "has a keel_plugin_v1 that does not begin with KEEL_MAGIC"},
    {"bad-future-abi", "is made for version 2 of the plugin interface; this server has version 1"},
    {"bad-future-manifest", "is made for version 2 of the plugin interface; this server has version 1"},
    {"bad-no-setup", "lacks the required function setup()"},
    {"bad-create", "failed in create(): the moon is in the wrong phase"},
    {"bad-setup", "failed in setup(): the model file  is missing"},
    {"bad-unknown-need", "needs acme.teleport/3, which neither the server nor a listed plugin provides"},
    {"bad-too-new", "needs 4000 bytes of keel.core/1, this server has 72: it was made for a newer server"},
    {"bad-manifest-differs", "has version '1.0.0' by its table, but '2.0.0' by its manifest"},
    {"bad-promise", "provides type:promise by its manifest, but did not register it"},
    {"bad-row", "has the command 'BAD.ROW2' with arity 0; the name of a command counts"},
    {"bad-code", "has the value type 'mine' with the code 100, which no type of Redis has; *"},
    {"bad-code-taken", "has the value type 'map' with the code 4, which is that of 'hash' of plugin 'bad-code-taken'"},
    {"no-such-plugin", "is not installed: there is no no-such-plugin.so in *"},
    {"../../etc/passwd", "cannot exist: names consist of a-z 0-9 . _ -"},
};

class BadPlugin : public testing::TestWithParam<Case> {};

TEST_P(BadPlugin, GetsOneSentenceAndLeavesNothing) {
  testing::internal::CaptureStdout();
  const auto loader = loader_over(kFixtures);
  const Sentences said = load(*loader, {GetParam().plugin});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  ASSERT_EQ(said.size(), 1u);
  std::string want = std::string{"plugin '"} + GetParam().plugin + "' " + GetParam().sentence;
  std::string got = said[0];
  EXPECT_EQ(got.find('\n'), std::string::npos);
  if (want.ends_with('*')) {
    want.pop_back();
    got.resize(std::min(got.size(), want.size()));
  }
  EXPECT_EQ(got, want);
  EXPECT_TRUE(loader->plugins().empty());
  EXPECT_TRUE(loader->registry().commands().empty());
  EXPECT_TRUE(loader->registry().types().empty());
  EXPECT_TRUE(loader->registry().events().empty());
  EXPECT_TRUE(loader->start().empty());
}
INSTANTIATE_TEST_SUITE_P(All, BadPlugin, testing::ValuesIn(kCases), [](const auto& one) {
  std::string name = one.param.plugin;
  std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return name;
});

TEST(BadPlugins, StartFailsAndStopsTheOthers) {
  const auto loader = loader_over(kFixtures);
  EXPECT_EQ(load(*loader, {"bad-blocks", "bad-start"}), Sentences{});
  const auto failures = loader->start();
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].sentence, "plugin 'bad-start' failed in start(): it gives no reason (status -7)");
  EXPECT_FALSE(loader->find("bad-blocks")->started());
}

TEST(BadPlugins, TwoProvidersOfOneName) {
  const auto loader = loader_over(kFixtures);
  EXPECT_EQ(load(*loader, {"bad-provider-a", "bad-provider-b"}),
            Sentences{"plugin 'bad-provider-b' provides acme.twice/1, which plugin 'bad-provider-a' provides already"});
  EXPECT_EQ(loader->plugins().size(), 1u);
  EXPECT_EQ(load(*loader, {"bad-provider-b"}),
            Sentences{"plugin 'bad-provider-b' provides acme.twice/1, which plugin 'bad-provider-a' provides already"})
      << "also when it comes later";
}

TEST(BadPlugins, CircleOfNeeds) {
  const auto loader = loader_over(kFixtures);
  const Sentences said = load(*loader, {"bad-circle-a", "bad-circle-b"});
  ASSERT_EQ(said.size(), 2u);
  EXPECT_EQ(said[0],
            "plugin 'bad-circle-a' cannot be put in order: plugin 'bad-circle-a' needs acme.circle-b/1 of plugin "
            "'bad-circle-b', plugin 'bad-circle-b' needs acme.circle-a/1 of plugin 'bad-circle-a'");
}

TEST(BadPlugins, SecondLoadIsACleanError) {
  const auto loader = loader_over(kFixtures);
  EXPECT_EQ(load(*loader, {"bad-blocks", "bad-blocks"}),
            Sentences{"plugin 'bad-blocks' is loaded already, or listed twice"});
  EXPECT_EQ(load(*loader, {"bad-blocks"}), Sentences{"plugin 'bad-blocks' is loaded already, or listed twice"});
  EXPECT_EQ(loader->registry().commands().size(), 1u);
}

TEST(BadPlugins, OneFailureDoesNotHinderTheOthers) {
  const auto loader = loader_over(kFixtures);
  EXPECT_EQ(load(*loader, {"bad-create", "bad-blocks", "bad-setup"}).size(), 2u);
  ASSERT_EQ(loader->plugins().size(), 1u);
  ASSERT_EQ(loader->registry().types().size(), 1u);
  EXPECT_EQ(loader->registry().types()[0].number, 1);
  EXPECT_EQ(loader->registry().types()[0].owner, loader->find("bad-blocks"));
  EXPECT_STREQ(plugin_at(reinterpret_cast<const void*>(loader->registry().commands()[0].row.run)), "bad-blocks");
}

TEST(BadPlugins, DamagedFilesAreRefused) {
  namespace fs = std::filesystem;
  const fs::path directory = fs::temp_directory_path() / ("keel-damaged-" + std::to_string(getpid()));
  fs::create_directories(directory);
  std::ifstream in{std::string{kFixtures} + "/bad-blocks.so", std::ios::binary};
  const std::string whole{std::istreambuf_iterator<char>{in}, {}};
  const auto attempt = [&](const std::string& bytes) {
    std::ofstream{directory / "bad-blocks.so", std::ios::binary | std::ios::trunc} << bytes;
    const Sentences said = load(*loader_over(directory.string()), {"bad-blocks"});
    EXPECT_EQ(said.size(), 1u);
  };
  // Every truncation takes at least a part of the section headers, which stand at the end.
  for (size_t n = 0; n < whole.size(); n += 97) attempt(whole.substr(0, n));
  attempt("#!/bin/sh\n");
  fs::remove_all(directory);
}

// Runs in a child process; returns its exit status and what it wrote to standard error.
template <class F>
std::pair<int, std::string> in_child(F run) {
  int fds[2];
  if (pipe(fds) != 0) return {-1, ""};
  const pid_t child = fork();
  if (child == 0) {
    dup2(fds[1], STDERR_FILENO);
    close(fds[0]);
    close(fds[1]);
    install_terminate_handler();
    run();
    _exit(0);
  }
  close(fds[1]);
  std::string text;
  char part[256];
  for (ssize_t n = 0; (n = read(fds[0], part, sizeof part)) > 0;) text.append(part, static_cast<size_t>(n));
  close(fds[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), text};
}

TEST(BadThrows, InCreateIsNamedAndEndsTheProcess) {
  const auto [status, text] = in_child([] { load(*loader_over(kFixtures), {"bad-throws"}); });
  EXPECT_EQ(status, 1);
  EXPECT_EQ(text, "plugin 'bad-throws' threw an exception across the boundary: something is rotten, in create()\n");
}

TEST(BadThrows, InACommandIsNamedByItsAddress) {
  const auto [status, text] = in_child([] {
    setenv("BAD_THROWS_LATER", "1", 1);
    const auto loader = loader_over(kFixtures);
    load(*loader, {"bad-throws"});
    keel_ctx ctx{};
    loader->registry().commands().at(0).row.run(&ctx);
  });
  EXPECT_EQ(status, 1);
  EXPECT_EQ(text, "plugin 'bad-throws' threw an exception across the boundary: something is rotten\n");
}

}  // namespace
}  // namespace keel::plugin
