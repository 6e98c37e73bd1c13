#include "host/server/process_title.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

namespace keel::server {
namespace {

std::string value(std::string_view name) {
  return name == "empty" ? std::string{} : "<" + std::string{name} + ">";
}

TEST(ProcessTitle, TemplatesAreExpanded) {
  EXPECT_EQ(expand_title("{title} at {listen-addr}", value), "<title> at <listen-addr>");
  EXPECT_EQ(expand_title("  {empty} x {empty}  ", value), "x");
  EXPECT_EQ(expand_title("{empty}", value), "");
  EXPECT_EQ(expand_title("a{{b} {{{x}", value), "a{b} {<x>");
  EXPECT_EQ(expand_title("}", value), "}");
  EXPECT_EQ(expand_title("cut {off", value), "cut <off>");  // never seen: the option refuses it
}

// Words and environment as the kernel lays them out, in memory of our own.
struct Layout {
  std::vector<char> memory;
  std::vector<char*> words, variables;
  Layout(const std::vector<std::string>& argv, const std::vector<std::string>& env) {
    for (const auto* list : {&argv, &env})
      for (const std::string& s : *list) memory.insert(memory.end(), s.c_str(), s.c_str() + s.size() + 1);
    char* at = memory.data();
    for (size_t i = 0; i < argv.size() + env.size(); ++i, at += std::strlen(at) + 1)
      (i < argv.size() ? words : variables).push_back(at);
    words.push_back(nullptr);
    variables.push_back(nullptr);
  }
};

TEST(ProcessTitle, TakesTheRoomOfWordsAndEnvironmentAndNoMore) {
  const auto child = ::fork();  // the environment of the test's own process stays
  ASSERT_GE(child, 0);
  if (child == 0) {
    static Layout layout{{"/bin/keel", "serve"}, {"KEEL_A=1", "KEEL_B=two"}};
    layout.memory.back() = '\0';
    ::environ = layout.variables.data();
    take_title_room(2, layout.words.data());
    const auto is = [](const std::string& title) {
      std::string wanted = title;
      wanted.resize(layout.memory.size(), '\0');
      return std::memcmp(layout.memory.data(), wanted.data(), wanted.size()) == 0;
    };
    bool good = program_name() == "/bin/keel";
    set_process_title("keel");
    good = good && is("keel");
    const std::string longer(layout.memory.size() + 10, 'x');
    set_process_title(longer);
    good = good && is(longer.substr(0, layout.memory.size() - 1));
    set_process_title("");
    good = good && is("");
    // The environment has moved, whole.
    good = good && std::getenv("KEEL_A") != nullptr && std::strcmp(std::getenv("KEEL_A"), "1") == 0;
    good = good && std::getenv("KEEL_B") != nullptr && std::strcmp(std::getenv("KEEL_B"), "two") == 0;
    good = good && ::setenv("KEEL_C", "3", 1) == 0 && std::strcmp(std::getenv("KEEL_B"), "two") == 0;
    ::_exit(good ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace keel::server
