// host/exec/command_table.h - the commands of the server: the rows that plugins and host have registered, with what the
// host counts about them.  Built at start; then only the counters change.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "host/exec/command_name.h"
#include "host/exec/histogram.h"
#include "keel/command.h"

namespace keel::exec {

struct Command {
  keel_command row{};
  std::string name;      // lower case; "config|get"
  std::string owner;     // name of the plugin; empty = the host
  void* self = nullptr;  // goes to keel_ctx.self
  Command* container = nullptr;
  std::vector<Command*> subcommands;
  bool alone = true;  // it is no subcommand and has none: its first word says which one it is
  uint64_t acl = 0;   // with the categories that flags imply

  // For finding keys without looking at specifications: one key at this word; 0 = otherwise.
  uint32_t only_key = 0;
  uint32_t only_key_flags = 0;
  // Nonzero = the executor has to look before it runs it.
  uint32_t attention = 0;

  // [executor]
  uint64_t calls = 0, ticks = 0, rejected_calls = 0, failed_calls = 0;
  std::unique_ptr<Histogram> latency;

  bool has(uint64_t flag) const noexcept { return (row.flags & flag) != 0; }
  // The last part of the name: "get" of "config|get".
  std::string_view last_name() const noexcept {
    const auto bar = name.find('|');
    return bar == std::string::npos ? std::string_view{name} : std::string_view{name}.substr(bar + 1);
  }
};

// Reasons to look before running a command.
enum : uint32_t {
  kAttendAuth = 1,      // the client has not authenticated
  kAttendMonitors = 2,  // somebody monitors
  kAttendMemory = 4,    // there is a limit of memory
  kAttendPause = 8,     // clients are paused
  kAttendReply = 16,    // CLIENT REPLY OFF or SKIP
  kAttendProtected = 32,
  kAttendTouch = 64,
  kAttendMulti = 128  // the client queues what it sends
};

// Flags of the host's own rows, above those that keel_command knows.
enum : uint64_t {
  kCmdImmediate = uint64_t{1} << 63,  // runs at once between MULTI and EXEC, too
  kCmdExec = uint64_t{1} << 62,       // is EXEC
  kCmdSilent = uint64_t{1} << 60,     // is run by nobody: has no reply
  kCmdLeaves = uint64_t{1} << 61      // ends a transaction: is never refused for lack of memory
};

class CommandTable {
 public:
  // [control] Containers come before their subcommands. An error is a sentence; empty = taken.
  std::string add(const keel_command& row, std::string owner, void* self);
  // [control] rename-command; an empty name removes it. An error is a sentence.
  std::string rename(std::string_view from, std::string_view to);
  // [control] A command of a plugin that is installed and not loaded: whoever calls it learns why ("it comes with
  // ..."). One that is there stays what it is.
  void add_missing(std::string_view name, std::string_view why);
  // [any] Why the server does not have this command; empty = nobody knows it.
  std::string_view missing(std::string_view name) const noexcept;
  // [control] Indexes what was added.
  void freeze();

  // [any] The command that these words call: its container when there is no such subcommand (then `fault` says so).
  enum class Fault : uint8_t { kNone, kUnknown, kUnknownSubcommand, kArity };
  Command* find(const keel_str* argv, uint32_t argc, Fault& fault) const noexcept;
  // By name as in COMMAND INFO: "get", "config|get". nullptr = none. [any]
  Command* find(std::string_view name) const noexcept;
  // Top-level commands, in order of registration.
  const std::vector<Command*>& commands() const noexcept { return top_; }
  // With subcommands.
  const std::vector<std::unique_ptr<Command>>& all() const noexcept { return all_; }

 private:
  struct Slot {
    CommandName name{{}};
    Command* command = nullptr;
  };
  Command* find_top(keel_str name) const noexcept;

  std::vector<std::unique_ptr<Command>> all_;
  std::vector<Command*> top_;
  std::unordered_map<std::string, Command*> by_name_;
  std::unordered_map<std::string, std::string> missing_;
  std::vector<Slot> slots_;
  uint64_t mask_ = 0;
};

// Finds the keys of a command. Appends to `out` (with hashes when `hash`); false = the arguments make no sense.
bool find_keys(const Command& c, const keel_str* argv, uint32_t argc, std::vector<keel_keyref>& out, bool hash);

}  // namespace keel::exec
