// HELLO and AUTH.
#include "host/admin/client_words.h"
#include "host/admin/connection_docs.h"
#include "host/admin/password.h"
#include "host/admin/rows.h"
#include "host/admin/server.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

keel_status auth(Ctx c) {
  const base::Settings& settings = c.self<Server>().settings;
  if (c.argc() > 3) return c.error(kSyntax);
  const uint32_t last = c.argc() - 1;
  const Str user = last == 1 ? kDefaultUser : c.arg(1), password = c.arg(last);
  for (uint32_t i = 1; i <= last; ++i) redact(c, i);
  if (last == 1 && !settings.has_requirepass)
    return c.error(
        "ERR AUTH <password> called without any password configured for the default user. Are you sure your "
        "configuration is correct?");
  if (!may_enter(settings, user, password)) return c.error(kWrongPassword);
  exec::Executor::of(c.raw()).client().authenticate(true);
  return c.ok();
}

keel_status reply_hello(Ctx c, const exec::Client& client) {
  c.map(7);
  c.bulk("server");
  c.bulk("redis");
  c.bulk("version");
  c.bulk(kRedisVersion);
  c.bulk("proto");
  c.integer(client.resp);
  c.bulk("id");
  c.integer(static_cast<int64_t>(client.id));
  c.bulk("mode");
  c.bulk("standalone");
  c.bulk("role");
  c.bulk("master");
  c.bulk("modules");
  c.array(0);
  return KEEL_OK;
}

// Options take effect one after the other, so that a later one that fails does not undo an earlier one.
keel_status hello(Ctx c) {
  const base::Settings& settings = c.self<Server>().settings;
  exec::Client& client = exec::Executor::of(c.raw()).client();
  uint8_t resp = client.resp;
  if (c.argc() > 1) {
    const auto version = parse_integer(c.arg(1));
    if (!version) return c.error("ERR Protocol version is not an integer or out of range");
    if (*version < 2 || *version > 3) return c.error("NOPROTO unsupported protocol version");
    resp = static_cast<uint8_t>(*version);
  }
  for (uint32_t i = 2; i < c.argc(); ++i) {
    const uint32_t left = c.argc() - 1 - i;
    if (c.word(i, "auth") && left >= 2) {
      const Str user = c.arg(i + 1), password = c.arg(i + 2);
      redact(c, i + 1);
      redact(c, i + 2);
      if (!may_enter(settings, user, password)) return c.error(kWrongPassword);
      client.authenticate(true);
      i += 2;
    } else if (c.word(i, "setname") && left >= 1) {
      if (!set_name(client, c.arg(++i))) return c.error(kBadName);
    } else {
      return error_about(c, "ERR Syntax error in HELLO option '", c.arg(i));
    }
  }
  if (!client.authenticated)
    return c.error(
        "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH <user> <pass> "
        "option can be used to authenticate the client and select the RESP protocol version at the same time");
  speak(c, client, resp);
  return reply_hello(c, client);
}

constexpr keel_command kRows[] = {
    command("HELLO", handler<hello>, {-1, kHandshake, KEEL_ACL_CONNECTION}, &docs::hello),
    command("AUTH", handler<auth>, {-2, kHandshake, KEEL_ACL_CONNECTION}, &docs::auth),
};

}  // namespace

Rows hello_rows() {
  return kRows;
}

}  // namespace keel::admin
