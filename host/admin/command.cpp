// COMMAND: which commands there are. DOCS, GETKEYS and GETKEYSANDFLAGS have files of their own.
#include "host/admin/command_docs.h"
#include "host/admin/command_words.h"
#include "host/admin/rows.h"
#include "host/admin/words.h"
#include "host/base/glob.h"
#include "host/exec/executor.h"

namespace keel::admin {
namespace {

const exec::CommandTable& table_of(Ctx c) {
  return exec::Executor::of(c.raw()).commands;
}

keel_status all(Ctx c) {
  const auto& commands = table_of(c).commands();
  c.array(commands.size());
  for (const exec::Command* command : commands) reply_info(c, *command);
  return KEEL_OK;
}

keel_status count(Ctx c) {
  return c.integer(static_cast<int64_t>(table_of(c).commands().size()));
}

keel_status info(Ctx c) {
  if (c.argc() == 2) return all(c);
  c.array(c.argc() - 2);
  for (uint32_t i = 2; i < c.argc(); ++i) {
    if (const exec::Command* command = table_of(c).find(c.arg(i)))
      reply_info(c, *command);
    else
      c.null();
  }
  return KEEL_OK;
}

// Commands and subcommands of which `fits` is true.
template <class F>
keel_status reply_names(Ctx c, F&& fits) {
  OpenArray open(c);
  uint64_t n = 0;
  const auto reply = [&](const exec::Command& command) {
    if (!fits(command)) return;
    c.bulk(command.name);
    ++n;
  };
  for (const exec::Command* command : table_of(c).commands()) {
    reply(*command);
    for (const exec::Command* s : command->subcommands) reply(*s);
  }
  open.close(n);
  return KEEL_OK;
}

uint64_t category_bit(Str name) {
  for (size_t i = 0; i < kCategoryNames.size(); ++i)
    if (same_word(name, kCategoryNames[i])) return uint64_t{1} << i;
  return 0;
}

keel_status list(Ctx c) {
  if (c.argc() == 2) return reply_names(c, [](const exec::Command&) { return true; });
  if (c.argc() != 5 || !c.word(2, "filterby")) return c.error(kSyntax);
  const Str value = c.arg(4);
  if (c.word(3, "module"))
    return reply_names(c, [value](const exec::Command& x) { return !x.owner.empty() && x.owner == value; });
  if (c.word(3, "aclcat")) {
    const uint64_t category = category_bit(value);
    return reply_names(c, [category](const exec::Command& x) { return (x.acl & category) != 0; });
  }
  if (!c.word(3, "pattern")) return c.error(kSyntax);
  const base::Glob glob(value, base::GlobCase::kIgnore);
  return reply_names(c, [&glob](const exec::Command& x) { return glob.matches(x.name); });
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "(no subcommand)",
                           "    Return details about all Redis commands.",
                           "COUNT",
                           "    Return the total number of commands in this Redis server.",
                           "LIST",
                           "    Return a list of all commands in this Redis server.",
                           "INFO [<command-name> ...]",
                           "    Return details about multiple Redis commands.",
                           "    If no command names are given, documentation details for all",
                           "    commands are returned.",
                           "DOCS [<command-name> ...]",
                           "    Return documentation details about multiple Redis commands.",
                           "    If no command names are given, documentation details for all",
                           "    commands are returned.",
                           "GETKEYS <full-command>",
                           "    Return the keys from a full Redis command.",
                           "GETKEYSANDFLAGS <full-command>",
                           "    Return the keys and the access flags from a full Redis command.",
                       });
}

consteval Spec words(int32_t arity) {
  return {arity, kAnyTime, KEEL_ACL_CONNECTION};
}

constexpr keel_command kRows[] = {
    command("COMMAND", handler<all>, words(-1), &docs::command::container),
    command("COMMAND|COUNT", handler<count>, words(2), &docs::command::count),
    command("COMMAND|INFO", handler<info>, words(-2), &docs::command::info),
    command("COMMAND|LIST", handler<list>, words(-2), &docs::command::list),
    command("COMMAND|HELP", handler<help>, words(2), &docs::command::help),
};

}  // namespace

Rows command_rows() {
  return kRows;
}

}  // namespace keel::admin
