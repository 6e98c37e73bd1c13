// keel/testing/host.hpp - a server in miniature: loads a plugin, and before it those that it needs, runs its commands,
// drives its loops. No threads, no disk, no protocol; strict where a server is fast.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "keel/command.h"
#include "keel/option.h"
#include "keel/plugin.h"
#include "keel/testing/keyspace.hpp"
#include "keel/testing/loops.hpp"
#include "keel/testing/sessions.hpp"
#include "keel/transport.h"

namespace keel::testing {

struct Extension {
  std::string id;
  const void* table;
  void* self;
};
struct CommandRow {
  keel_command row;
  void* self;  // of its plugin
};

class Host {
 public:
  Host();
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // dlopen, create, setup, options at their defaults, start. False: why. Whoever serves others comes first; one Host at
  // a time.
  bool load(const std::string& file, std::string& error);
  void unload();  // stop, destroy, in reverse order; the libraries stay mapped

  const std::vector<TypeSlot>& types() const { return types_; }
  const std::vector<CommandRow>& commands() const { return commands_; }
  const std::vector<Extension>& extensions() const { return extensions_; }
  std::vector<const keel_transport*> transports() const;
  std::vector<const keel_layer*> layers() const;
  void* self_of(const void* table) const;

  Keyspace& keyspace() { return keyspace_; }
  Loops& loops() { return loops_; }
  void now_ms(int64_t t) { now_ms_ = t; }

  // Runs one command as the executor would, and returns its reply in RESP2 (RESP3 when asked). Every broken rule
  // becomes a fault: no reply or two, a change without commit, a change under READONLY, a handler that blocks.
  std::string run(const std::vector<std::string>& words, bool resp3 = false);
  // Lets the type of the value under this key remove what has ended by then (Unix ms), by its expire; a reply, or a
  // change without commit, becomes a fault. The number of elements that it counts.
  uint64_t end_elements(const std::string& key, int64_t now_ms);
  // The words of a line, separated by blanks; "quoted" and \xNN as redis-cli takes them.
  static std::vector<std::string> words(const std::string& line);

 private:
  friend struct HostFunctions;
  bool fill_keys(const keel_command& row, const std::vector<keel_str>& argv, std::vector<keel_keyref>& keys) const;

  keel_core core_{};
  keel_host face_{};
  struct Loaded {
    keel_plugin table;
    void* self;
  };
  std::vector<Loaded> plugins_;  // in order of start
  void* self_ = nullptr;         // of the plugin that is being set up
  std::vector<TypeSlot> types_;
  std::vector<CommandRow> commands_;
  std::vector<keel_option> options_;
  std::vector<Extension> extensions_;
  std::vector<std::string> events_;
  std::vector<keel_task*> deferred_;
  Keyspace keyspace_{types_};
  Loops loops_;
  int64_t now_ms_ = 1'700'000'000'000;
  uint64_t runs_ = 0;
  uint32_t role_ = 1;
};

// Whether `text` is exactly one RESP value; "" or what is wrong.
std::string check_reply(const std::string& text);

}  // namespace keel::testing
