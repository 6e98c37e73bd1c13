// COMMAND GETKEYS and COMMAND GETKEYSANDFLAGS.
#include "host/admin/command_docs.h"
#include "host/admin/command_words.h"
#include "host/admin/rows.h"
#include "host/exec/executor.h"

namespace keel::admin {
namespace {

// A command with a function of its own is asked, even if its specifications would do: it knows the flags better.
bool find(const exec::Command& command, const keel_str* argv, uint32_t argc, std::vector<keel_keyref>& out) {
  if (command.row.find_keys == nullptr) return exec::find_keys(command, argv, argc, out, false);
  out.resize(argc);
  const uint32_t n = command.row.find_keys(argv, argc, out.data(), argc);
  if (n > argc) return false;
  out.resize(n);
  return true;
}

struct Found {
  Str error;  // empty = none
  std::vector<keel_keyref> keys;
};

Found keys_of(Ctx c) {
  using Fault = exec::CommandTable::Fault;
  const keel_str* argv = c.raw()->argv + 2;
  const uint32_t argc = c.argc() - 2;
  Found found;
  Fault fault = Fault::kNone;
  const exec::Command* command = exec::Executor::of(c.raw()).commands.find(argv, argc, fault);
  if (fault == Fault::kUnknown || fault == Fault::kUnknownSubcommand) {
    found.error = "ERR Invalid command specified";
  } else if (command->row.nkeyspecs == 0 && command->row.find_keys == nullptr) {
    found.error = "ERR The command has no key arguments";
  } else if (fault == Fault::kArity) {
    found.error = "ERR Invalid number of arguments specified for command";
  } else if (!find(*command, argv, argc, found.keys) || found.keys.empty()) {
    found.keys.clear();
    if (!command->has(KEEL_CMD_NO_MANDATORY_KEYS)) found.error = "ERR Invalid arguments specified for command";
  }
  return found;
}

keel_status getkeys(Ctx c) {
  const Found found = keys_of(c);
  if (!found.error.empty()) return c.error(found.error);
  c.array(found.keys.size());
  for (const keel_keyref& k : found.keys) c.bulk(c.arg(k.arg + 2));
  return KEEL_OK;
}

keel_status getkeysandflags(Ctx c) {
  const Found found = keys_of(c);
  if (!found.error.empty()) return c.error(found.error);
  c.array(found.keys.size());
  for (const keel_keyref& k : found.keys) {
    c.array(2);
    c.bulk(c.arg(k.arg + 2));
    reply_bits(c, k.flags, kKeyFlagNames);
  }
  return KEEL_OK;
}

consteval Spec words(int32_t arity) {
  return {arity, kAnyTime, KEEL_ACL_CONNECTION};
}

constexpr keel_command kRows[] = {
    command("COMMAND|GETKEYS", handler<getkeys>, words(-4), &docs::command::getkeys),
    command("COMMAND|GETKEYSANDFLAGS", handler<getkeysandflags>, words(-4), &docs::command::getkeysandflags),
};

}  // namespace

Rows command_keys_rows() {
  return kRows;
}

}  // namespace keel::admin
