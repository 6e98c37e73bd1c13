// keel: an in-memory data server that speaks the Redis protocol.
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "host/server/process_title.h"
#include "host/server/serve.h"

namespace {

constexpr const char* kUsage =
    "usage: keel serve [FILE] [--name value ...]   serve; directives as Redis' users type them\n"
    "       keel check [FILE] [--name value ...]   say what is wrong with a configuration, and serve nothing\n"
    "       keel plugins [--plugin-path DIR]       list the plugins that are installed, without running them\n"
    "       keel version\n";

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> copies(argv + 1, argv + argc);  // the title will take the place of the words
  keel::server::take_title_room(argc, argv);
  const std::vector<std::string_view> words(copies.begin(), copies.end());
  const std::string_view verb = words.empty() ? std::string_view{} : words[0];
  const std::span<const std::string_view> rest{words.data() + (words.empty() ? 0 : 1),
                                               words.empty() ? 0 : words.size() - 1};
  if (verb == "serve") return keel::server::serve(rest);
  if (verb == "check") return keel::server::check(rest);
  if (verb == "plugins") return keel::server::list_plugins(rest);
  if (verb == "version" || verb == "--version" || verb == "-v") {
    std::printf("keel %s\n", keel::server::kVersion);
    return 0;
  }
  std::fputs(kUsage, verb == "help" || verb == "--help" ? stdout : stderr);
  return verb == "help" || verb == "--help" ? 0 : 2;
}
