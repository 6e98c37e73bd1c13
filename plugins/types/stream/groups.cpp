// Groups and their consumers: XGROUP.
#include <string>

#include "plugins/types/stream/commands.h"

namespace streams {
namespace {

constexpr Str kNoKey =
    "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM option "
    "to create an empty stream automatically.";

struct Options {
  bool make_stream = false;
  int64_t entries_read = kUnknownRead;
};
// From word 5 on. Nothing = the error reply is written.
std::optional<Options> options(Ctx c, bool create) {
  Options o;
  for (uint32_t i = 5; i < c.argc(); ++i) {
    if (create && c.word(i, "MKSTREAM")) {
      o.make_stream = true;
    } else if (c.word(i, "ENTRIESREAD") && i + 1 < c.argc()) {
      const auto n = integer_word(c, ++i);
      if (!n) return std::nullopt;
      if (*n < 0 && *n != kUnknownRead)
        return c.error("ERR value for ENTRIESREAD must be positive or -1"), std::nullopt;
      o.entries_read = *n;
    } else {
      return unknown_subcommand(c, "XGROUP"), std::nullopt;
    }
  }
  return o;
}

// The stream, or an error reply.
Stream* existing(Ctx c, const Ref& r) noexcept {
  if (!r) return c.error(kNoKey), nullptr;
  if (!r.is(plugin(c).type)) return c.wrong_type(), nullptr;
  return &stream_of(r);
}
// The group, or an error reply.
Group* existing_group(Ctx c, const Ref& r) {
  Stream* s = existing(c, r);
  if (s == nullptr) return nullptr;
  Group* g = s->find(c.arg(3));
  if (g == nullptr)
    c.error("NOGROUP No such consumer group '" + std::string(c.arg(3)) + "' for key name '" + std::string(c.key(0)) +
            "'");
  return g;
}

}  // namespace

keel_status xgroup_create(Ctx c) {
  const auto o = options(c, true);
  if (!o) return KEEL_OK;
  const Plugin& p = plugin(c);
  Ref r = c.write();
  if ((r || !o->make_stream) && existing(c, r) == nullptr) return KEEL_OK;
  if (c.argc() > 8) return unknown_subcommand(c, "XGROUP");
  Id last;
  if (c.arg(4) == "$") {
    if (r) last = stream_of(r).last_id;
  } else {
    const auto id = id_word(c, c.arg(4));
    if (!id) return KEEL_OK;
    last = *id;
  }
  if (r && stream_of(r).find(c.arg(3)) != nullptr) return c.error("BUSYGROUP Consumer Group name already exists");
  const bool made = !r;
  Stream* s = r ? &stream_of(r) : Stream::make();
  if (s == nullptr) return c.out_of_memory();
  if (s->add_group(c.arg(3), last, o->entries_read) == nullptr || (!r && c.put_object(r, p.type, 0, s, 0) != KEEL_OK)) {
    if (!r) Stream::destroy(s);
    return c.out_of_memory();
  }
  c.commit(r, p.events.group_create, 0, made ? 0 : KEEL_CHANGE_UNWATCHED);
  return c.ok();
}

keel_status xgroup_setid(Ctx c) {
  const auto o = options(c, false);
  if (!o) return KEEL_OK;
  Ref r = c.write();
  Group* g = existing_group(c, r);
  if (g == nullptr) return KEEL_OK;
  if (c.argc() != 5 && c.argc() != 7) return unknown_subcommand(c, "XGROUP");
  const auto id = c.arg(4) == "$" ? std::optional{stream_of(r).last_id} : parse_edge(c.arg(4), 0);
  if (!id) return id_word(c, c.arg(4)), KEEL_OK;  // its error
  g->last_id = *id;
  g->entries_read = o->entries_read;
  c.commit(r, plugin(c).events.group_setid, 0, KEEL_CHANGE_UNWATCHED);
  return c.ok();
}

keel_status xgroup_destroy(Ctx c) {
  Ref r = c.write();
  Stream* s = existing(c, r);
  if (s == nullptr) return KEEL_OK;
  const auto it = s->groups.find(c.arg(3));
  if (it == s->groups.end()) return c.integer(0);
  s->groups.erase(it);
  // Those who wait for it are told.
  c.commit(r, plugin(c).events.group_destroy, 0, KEEL_CHANGE_SIGNAL | KEEL_CHANGE_UNWATCHED);
  return c.integer(1);
}

keel_status xgroup_createconsumer(Ctx c) {
  Ref r = c.write();
  Group* g = existing_group(c, r);
  if (g == nullptr) return KEEL_OK;
  if (g->find(c.arg(4)) != nullptr) return c.integer(0);
  if (g->add(c.arg(4), c.now_ms()) == nullptr) return c.out_of_memory();
  c.commit(r, plugin(c).events.consumer_create, 0, KEEL_CHANGE_UNWATCHED);
  return c.integer(1);
}

keel_status xgroup_delconsumer(Ctx c) {
  Ref r = c.write();
  Group* g = existing_group(c, r);
  if (g == nullptr) return KEEL_OK;
  Consumer* consumer = g->find(c.arg(4));
  if (consumer == nullptr) return c.integer(0);
  const auto pending = static_cast<int64_t>(consumer->pending.size());
  g->remove(*consumer);
  c.commit(r, plugin(c).events.consumer_delete, 0, KEEL_CHANGE_UNWATCHED);
  return c.integer(pending);
}

keel_status xgroup_help(Ctx c) {
  constexpr Str kLines[] = {
      "XGROUP <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "CREATE <key> <groupname> <id|$> [option]",
      "    Create a new consumer group. Options are:",
      "    * MKSTREAM",
      "      Create the empty stream if it does not exist.",
      "    * ENTRIESREAD entries_read",
      "      Set the group's entries_read counter (internal use).",
      "CREATECONSUMER <key> <groupname> <consumer>",
      "    Create a new consumer in the specified group.",
      "DELCONSUMER <key> <groupname> <consumer>",
      "    Remove the specified consumer.",
      "DESTROY <key> <groupname>",
      "    Remove the specified group.",
      "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
      "    Set the current group ID and entries_read counter.",
      "HELP",
      "    Prints this help.",
  };
  c.array(std::size(kLines));
  for (const Str line : kLines) c.simple(line);
  return KEEL_OK;
}

}  // namespace streams
