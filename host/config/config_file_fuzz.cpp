// Any bytes as a configuration file, as its overlay's values and as a command line: nothing may crash, throw or hang.
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "host/base/settings.h"
#include "host/config/command_line.h"
#include "host/config/file.h"
#include "host/config/options.h"
#include "host/config/overlay.h"
#include "host/config/server_options.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace keel;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::string error;

  config::Document document;
  config::Problems problems;
  config::parse_document(text, "fuzz.yaml", document, problems);

  base::Settings settings;
  config::Options options;
  if (!config::declare_server_options(options, settings, error)) __builtin_trap();
  config::assign_overlay(document, options, problems);
  config::ListenerView view;
  int line = 0;
  config::view_of(document.listeners, view, error, line);
  config::effective_listeners(document.listeners, options);

  std::vector<std::string_view> words;
  for (size_t at = 0; at < text.size() && words.size() < 64;) {
    const size_t end = text.find('\n', at);
    words.push_back(text.substr(at, end - at));
    at = end == std::string_view::npos ? text.size() : end + 1;
  }
  config::CommandLine line_of_words;
  config::parse_command_line(words, line_of_words, error);
  for (const config::Directive& directive : line_of_words.directives)
    options.assign(directive.name, directive.words, config::Source::kCommandLine, error);
  options.get(words);
  return 0;
}
