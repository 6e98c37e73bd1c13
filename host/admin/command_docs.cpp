// COMMAND DOCS.
#include "host/admin/command_docs.h"

#include "host/admin/command_words.h"
#include "host/admin/rows.h"
#include "host/exec/executor.h"

namespace keel::admin {
namespace {

constexpr std::array<std::string_view, 9> kTypes = {"string",    "integer",    "double", "key",  "pattern",
                                                    "unix-time", "pure-token", "oneof",  "block"};
constexpr std::array<std::string_view, 3> kArgumentFlags = {"optional", "multiple", "multiple_token"};
constexpr std::array<std::string_view, 2> kDocFlags = {"deprecated", "syscmd"};

// A map whose number of pairs shows at its end.
class OpenMap {
 public:
  explicit OpenMap(Ctx c) : c_(c), open_(c) {}
  Ctx key(Str name) {
    ++pairs_;
    c_.bulk(name);
    return c_;
  }
  void text(Str name, const char* value) {
    if (value != nullptr) key(name).bulk(value);
  }
  void close() { open_.close(pairs_, KEEL_MAP); }

 private:
  Ctx c_;
  OpenArray open_;
  uint64_t pairs_ = 0;
};

void reply_arguments(Ctx c, const keel_doc_arg* args, size_t n) {
  c.array(n);
  for (size_t i = 0; i < n; ++i) {
    const keel_doc_arg& a = args[i];
    OpenMap map(c);
    map.text("name", a.name);
    map.key("type").bulk(a.type < kTypes.size() ? kTypes[a.type] : "string");
    if (a.key_spec >= 0) map.key("key_spec_index").integer(a.key_spec);
    map.text("token", a.token);
    map.text("since", a.since);
    map.text("deprecated_since", a.deprecated_since);
    if (a.flags != 0) reply_bits(map.key("flags"), a.flags, kArgumentFlags);
    if (a.nsub != 0) reply_arguments(map.key("arguments"), a.sub, a.nsub);
    map.close();
  }
}

void reply_history(Ctx c, const keel_doc_history* history) {
  uint64_t n = 0;
  while (history[n].since != nullptr) ++n;
  c.set(n);
  for (uint64_t i = 0; i < n; ++i) {
    c.array(2);
    c.bulk(history[i].since);
    c.bulk(history[i].change);
  }
}

void reply_doc(OpenMap& map, const keel_doc& d) {
  map.text("summary", d.summary);
  map.text("since", d.since);
  map.text("group", d.group);
  map.text("complexity", d.complexity);
  if (d.flags != 0) reply_bits(map.key("doc_flags"), d.flags, kDocFlags);
  map.text("deprecated_since", d.deprecated_since);
  map.text("replaced_by", d.replaced_by);
  if (d.history != nullptr && d.history->since != nullptr) reply_history(map.key("history"), d.history);
  if (d.nargs != 0) reply_arguments(map.key("arguments"), d.args, d.nargs);
}

keel_status docs_of(Ctx c) {
  const exec::CommandTable& table = exec::Executor::of(c.raw()).commands;
  OpenMap map(c);
  if (c.argc() == 2)
    for (const exec::Command* command : table.commands()) reply_docs(map.key(command->name), *command);
  for (uint32_t i = 2; i < c.argc(); ++i)
    if (const exec::Command* command = table.find(c.arg(i))) reply_docs(map.key(command->name), *command);
  map.close();
  return KEEL_OK;
}

constexpr keel_command kRows[] = {
    command("COMMAND|DOCS", handler<docs_of>, {-2, kAnyTime, KEEL_ACL_CONNECTION}, &docs::command::docs),
};

}  // namespace

// A command of a plugin that brought no documentation is told by the plugin's name.
void reply_docs(Ctx c, const exec::Command& command) {
  OpenMap map(c);
  if (command.row.doc != nullptr) {
    reply_doc(map, *command.row.doc);
  } else {
    map.text("group", "module");
    if (!command.owner.empty()) map.text("module", command.owner.c_str());
  }
  if (!command.subcommands.empty()) {
    Ctx subcommands = map.key("subcommands");
    subcommands.map(command.subcommands.size());
    for (const exec::Command* s : command.subcommands) {
      subcommands.bulk(s->name);
      reply_docs(subcommands, *s);
    }
  }
  map.close();
}

Rows command_docs_rows() {
  return kRows;
}

}  // namespace keel::admin
