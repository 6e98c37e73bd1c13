// host/exec/checks.h - what `check-plugins yes` looks at while a command of a plugin runs: the rules of keel/keyspace.h
// and keel/command.h.  A breach is one sentence in the log, once for each command and rule; a change that breaks one is
// refused, so that a bad plugin harms neither keys nor process.
//
// [executor]
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "host/exec/command_table.h"
#include "keel/keyspace.h"

namespace keel::exec {

class Checks {
 public:
  enum class Rule : uint8_t { kWrite, kOwnKeys, kFreshRef, kCommit, kReply };

  // Whether a command runs that is looked at: the only question that is asked while nothing is to be checked.
  bool active() const noexcept { return command_ != nullptr; }
  bool wanted(const Command& c) const noexcept { return on_ && !c.owner.empty(); }
  // Switches on and off, from the next command on.
  void turn(bool on);

  // Around a command; commands nest.
  struct Outer {
    const Command* command;
    uint64_t begin;
    std::string refused;
  };
  Outer begin(const Command& c);
  void end(Outer outer);

  // For a ref that is filled now.
  uint64_t stamp() const noexcept { return clock_; }
  // Before a change through a ref: false = it breaks a rule.
  bool allows(const keel_ctx& c, const keel_ref& r);
  // After it.
  void changed(const keel_ctx& c, keel_ref& r);
  void committed(const keel_ctx& c, const keel_ref& r);
  // The command has written no reply: what the client gets instead, without '-'.
  std::string no_reply();

 private:
  struct Change {
    uint64_t hash;  // of the key
    uint64_t stamp;
    bool committed;
  };
  Change* find(uint64_t hash) noexcept;
  // Writes the sentence, if it is new, and returns it.
  std::string say(Rule rule);

  bool on_ = false;
  const Command* command_ = nullptr;
  uint64_t clock_ = 0;           // of changes and beginnings of commands
  uint64_t begin_ = 0;           // of this command
  std::vector<Change> changes_;  // of this command and those around it, one a key
  std::string refused_;          // why a change of this command was refused
  std::vector<std::pair<const Command*, Rule>> said_;
};

// The sentence about a plugin that breaks a rule in one of its commands.
std::string breach_sentence(const Command& c, std::string_view what);

}  // namespace keel::exec
