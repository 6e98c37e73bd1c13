// keel-laws PLUGIN.so: plays a plugin through the laws of what it registers, without a server.
#include <cstdio>
#include <fstream>
#include <string>

#include "keel/testing/faults.hpp"
#include "keel/testing/laws.hpp"
#include "keel/testing/memory.hpp"

namespace {

using namespace keel::testing;

constexpr const char* kUsage =
    "usage: keel-laws PLUGIN.so [option...]\n"
    "  --with FILE     a plugin that is loaded before it, because it needs its services\n"
    "  -c COMMAND      runs a command; the keys that it makes are what the laws of types look at\n"
    "  -f FILE         runs the commands of a file, one a line\n"
    "  --listen ADDR   where a transport shall listen\n"
    "  --set NAME=VAL  a setting of the listener\n"
    "Exit status: 0 all laws hold, 1 some do not, 2 nothing could be played.\n";

struct Options {
  std::string plugin, listen = "keel-laws";
  std::vector<std::string> before, commands;
  std::vector<Setting> settings;
};

bool parse(int argc, char** argv, Options& o) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word[0] != '-' && o.plugin.empty()) {
      o.plugin = word;
      continue;
    }
    if (i + 1 == argc) return false;
    const std::string value = argv[++i];
    if (word == "--with") {
      o.before.push_back(value);
    } else if (word == "-c") {
      o.commands.push_back(value);
    } else if (word == "-f") {
      std::ifstream in{value};
      if (!in) return false;
      for (std::string line; std::getline(in, line);)
        if (!line.empty() && line[0] != '#') o.commands.push_back(line);
    } else if (word == "--listen") {
      o.listen = value;
    } else if (word == "--set" && value.find('=') != std::string::npos) {
      o.settings.push_back({value.substr(0, value.find('=')), value.substr(value.find('=') + 1)});
    } else {
      return false;
    }
  }
  return !o.plugin.empty();
}

int play(const Options& o) {
  const size_t before = blocks();
  size_t played = 0;
  {
    Host host;
    std::string why;
    std::vector<std::string> files = o.before;
    files.push_back(o.plugin);
    for (const std::string& file : files) {
      if (host.load(file, why)) continue;
      std::printf("%s cannot be loaded: %s\n", file.c_str(), why.c_str());
      return 2;
    }
    for (const std::string& line : o.commands) {
      const std::string reply = host.run(Host::words(line));
      if (reply.starts_with('-')) std::printf("  %s: %s\n", line.c_str(), reply.substr(0, reply.find('\r')).c_str());
      ++played;
    }
    const size_t values = type_laws(host);
    played += values;
    std::printf("%zu commands, %zu values\n", o.commands.size(), values);
    if (values == 0 && !host.types().empty()) std::printf("no values: make some with -c\n");
    for (const keel_layer* layer : host.layers()) {
      layer_laws(host, *layer, o.settings);
      std::printf("layer %s\n", layer->name);
      ++played;
    }
    for (const keel_transport* transport : host.transports()) {
      if (transport_laws(host, *transport, o.listen, o.settings, why)) {
        std::printf("transport %s\n", transport->name);
        ++played;
      } else {
        std::printf("transport %s could not be played: %s\n", transport->name, why.c_str());
      }
    }
  }
  if (blocks() != before) fault("memory of the server is left behind when everything is destroyed");
  for (const std::string& f : faults()) std::printf("FAULT %s\n", f.c_str());
  if (!faults().empty()) return 1;
  std::printf(played > 0 ? "all laws hold\n" : "nothing to play\n");
  return played > 0 ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  return play(options);
}
