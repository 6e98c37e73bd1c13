// CLIENT: what a connection says and asks about itself. INFO, LIST, KILL and PAUSE have files of their own.
#include "host/admin/client_docs.h"
#include "host/admin/client_words.h"
#include "host/admin/rows.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

exec::Client& client_of(Ctx c) {
  return exec::Executor::of(c.raw()).client();
}

keel_status id(Ctx c) {
  return c.integer(static_cast<int64_t>(client_of(c).id));
}

keel_status setname(Ctx c) {
  return set_name(client_of(c), c.arg(2)) ? c.ok() : c.error(kBadName);
}

keel_status getname(Ctx c) {
  const Str name = client_of(c).name();
  return name.empty() ? c.null() : c.bulk(name);
}

keel_status setinfo(Ctx c) {
  const bool name = c.word(2, "lib-name");
  if (!name && !c.word(2, "lib-ver")) return error_about(c, "ERR Unrecognized option '", c.arg(2));
  if (!is_plain(c.arg(3)))
    return c.error(std::string{"ERR "} + (name ? "lib-name" : "lib-ver") +
                   " cannot contain spaces, newlines or special characters.");
  exec::Client::Names& names = client_of(c).named();
  (name ? names.lib_name : names.lib_version) = c.arg(3);
  return c.ok();
}

// OFF and SKIP are not answered themselves.
keel_status reply(Ctx c) {
  exec::Client& client = client_of(c);
  if (c.word(2, "on")) return client.reply(exec::ReplyMode::kOn), c.ok();
  if (c.word(2, "off")) return client.reply(exec::ReplyMode::kOff), KEEL_OK;
  if (!c.word(2, "skip")) return c.error(kSyntax);
  if (client.reply_mode != exec::ReplyMode::kOff) client.reply(exec::ReplyMode::kSkipNext);
  return KEEL_OK;
}

keel_status no_evict(Ctx c) {
  const auto on = either(c.arg(2), "on", "off");
  if (!on) return c.error(kSyntax);
  client_of(c).no_evict = *on;
  return c.ok();
}

keel_status no_touch(Ctx c) {
  const auto on = either(c.arg(2), "on", "off");
  if (!on) return c.error(kSyntax);
  client_of(c).no_touch = *on;
  return c.ok();
}

keel_status unblock(Ctx c) {
  if (c.argc() > 4) return unknown_subcommand(c);
  if (c.argc() == 4 && !either(c.arg(3), "timeout", "error"))
    return c.error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
  const auto id = parse_integer(c.arg(2));
  if (!id) return c.error(kNotInteger);
  exec::Executor& x = exec::Executor::of(c.raw());
  exec::Client* waiting = x.clients.find(static_cast<uint64_t>(*id));
  if (waiting == nullptr) return c.integer(0);
  const bool as_error = c.argc() == 4 && c.word(3, "error");
  const bool freed = as_error ? x.unblock_with_error(*waiting, "UNBLOCKED client unblocked via CLIENT UNBLOCK")
                              : x.unblock_as_timeout(*waiting);
  return c.integer(freed ? 1 : 0);
}

keel_status trackinginfo(Ctx c) {
  c.map(3);
  c.bulk("flags");
  c.set(1);
  c.bulk("off");
  c.bulk("redirect");
  c.integer(-1);
  c.bulk("prefixes");
  c.array(0);
  return KEEL_OK;
}

keel_status getredir(Ctx c) {
  return c.integer(-1);
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "GETREDIR",
                           "    Return the client ID we are redirecting to when tracking is enabled.",
                           "GETNAME",
                           "    Return the name of the current connection.",
                           "ID",
                           "    Return the ID of the current connection.",
                           "INFO",
                           "    Return information about the current client connection.",
                           "KILL <ip:port>",
                           "    Kill connection made from <ip:port>.",
                           "KILL <option> <value> [<option> <value> [...]]",
                           "    Kill connections. Options are:",
                           "    * ADDR (<ip:port>|<unixsocket>:0)",
                           "      Kill connections made from the specified address",
                           "    * LADDR (<ip:port>|<unixsocket>:0)",
                           "      Kill connections made to specified local address",
                           "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
                           "      Kill connections by type.",
                           "    * USER <username>",
                           "      Kill connections authenticated by <username>.",
                           "    * SKIPME (YES|NO)",
                           "      Skip killing current connection (default: yes).",
                           "LIST [options ...]",
                           "    Return information about client connections. Options:",
                           "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
                           "      Return clients of specified type.",
                           "UNPAUSE",
                           "    Stop the current client pause, resuming traffic.",
                           "PAUSE <timeout> [WRITE|ALL]",
                           "    Suspend all, or just write, clients for <timeout> milliseconds.",
                           "REPLY (ON|OFF|SKIP)",
                           "    Control the replies sent to the current connection.",
                           "SETNAME <name>",
                           "    Assign the name <name> to the current connection.",
                           "SETINFO <option> <value>",
                           "    Set client meta attr. Options are:",
                           "    * LIB-NAME: the client lib name.",
                           "    * LIB-VER: the client lib version.",
                           "UNBLOCK <clientid> [TIMEOUT|ERROR]",
                           "    Unblock the specified blocked client.",
                           "TRACKINGINFO",
                           "    Report tracking status for the current connection.",
                           "NO-EVICT (ON|OFF)",
                           "    Protect current client connection from eviction.",
                           "NO-TOUCH (ON|OFF)",
                           "    Will not touch LRU/LFU stats when this mode is on.",
                       });
}

constexpr uint64_t kOwn = KEEL_CMD_NOSCRIPT | kAnyTime;
consteval Spec own(int32_t arity) {
  return {arity, kOwn, KEEL_ACL_CONNECTION};
}
consteval Spec admin(int32_t arity) {
  return {arity, kAdmin, KEEL_ACL_CONNECTION};
}

constexpr keel_command kRows[] = {
    command("CLIENT", nullptr, {-2, 0}, &docs::client::container),
    command("CLIENT|ID", handler<id>, own(2), &docs::client::id),
    command("CLIENT|SETNAME", handler<setname>, own(3), &docs::client::setname),
    command("CLIENT|GETNAME", handler<getname>, own(2), &docs::client::getname),
    command("CLIENT|SETINFO", handler<setinfo>, own(4), &docs::client::setinfo),
    command("CLIENT|REPLY", handler<reply>, own(3), &docs::client::reply),
    command("CLIENT|NO-EVICT", handler<no_evict>, admin(3), &docs::client::no_evict),
    command("CLIENT|NO-TOUCH", handler<no_touch>, own(3), &docs::client::no_touch),
    command("CLIENT|UNBLOCK", handler<unblock>, admin(-3), &docs::client::unblock),
    command("CLIENT|TRACKINGINFO", handler<trackinginfo>, own(2), &docs::client::trackinginfo),
    command("CLIENT|GETREDIR", handler<getredir>, own(2), &docs::client::getredir),
    command("CLIENT|HELP", handler<help>, {2, kAnyTime, KEEL_ACL_CONNECTION}, &docs::client::help),
};

}  // namespace

Rows client_rows() {
  return kRows;
}

}  // namespace keel::admin
