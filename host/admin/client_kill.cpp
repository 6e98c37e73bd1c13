// CLIENT KILL: an address, or filters that must all fit.
#include "host/admin/client_docs.h"
#include "host/admin/client_words.h"
#include "host/admin/password.h"
#include "host/admin/rows.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

struct Filter {
  std::optional<uint64_t> id;
  std::optional<ClientType> type;
  std::optional<Str> address, local_address;
  bool skip_me = true;

  bool fits(const exec::Client& client) const {
    if (client.closing) return false;
    if (address && client.remote != *address) return false;
    if (local_address && client.local_address != *local_address) return false;
    if (type && type_of(client) != *type) return false;
    return !id || client.id == *id;
  }
};

std::vector<exec::Client*> kill_all(exec::Executor& executor, const Filter& filter) {
  std::vector<exec::Client*> chosen;  // before anybody is ended: ending one may change the list
  for (exec::Client* client : executor.clients.all())
    if (filter.fits(*client) && !(filter.skip_me && client == &executor.client())) chosen.push_back(client);
  for (exec::Client* client : chosen) end(executor, *client);
  return chosen;
}

// Whoever reads that connections were killed finds them closed: their loops close them, so the reply waits for those.
// False = there is nobody to wait for.
bool reply_when_gone(exec::Executor& executor, std::vector<exec::Client*> killed, std::string reply) {
  std::erase(killed, &executor.client());  // closed after the reply
  if (killed.empty()) return false;
  const std::vector<const void*> leaving(killed.begin(), killed.end());
  executor.block_until_gone(leaving, std::move(reply));
  return true;
}

// False = refused, and the reply is written.
bool parse(Ctx c, Filter& filter) {
  for (uint32_t i = 2; i < c.argc(); i += 2) {
    if (i + 1 == c.argc()) return c.error(kSyntax), false;
    const Str value = c.arg(i + 1);
    if (c.word(i, "id")) {
      const auto id = parse_integer(value);
      if (!id || *id < 1) return c.error("ERR client-id should be greater than 0"), false;
      filter.id = static_cast<uint64_t>(*id);
    } else if (c.word(i, "type")) {
      filter.type = client_type(value);
      if (filter.type == ClientType::kUnknown) return error_about(c, "ERR Unknown client type '", value), false;
    } else if (c.word(i, "addr")) {
      filter.address = value;
    } else if (c.word(i, "laddr")) {
      filter.local_address = value;
    } else if (c.word(i, "user")) {
      if (value != kDefaultUser) return error_about(c, "ERR No such user '", value), false;
    } else if (const auto yes = either(value, "yes", "no"); c.word(i, "skipme") && yes) {
      filter.skip_me = *yes;
    } else {
      return c.error(kSyntax), false;
    }
  }
  return true;
}

keel_status kill(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  Filter filter;
  if (c.argc() == 3) {
    filter.address = c.arg(2);
    filter.skip_me = false;
    std::vector<exec::Client*> killed = kill_all(executor, filter);
    if (killed.empty()) return c.error("ERR No such client");
    return reply_when_gone(executor, std::move(killed), "+OK\r\n") ? KEEL_BLOCKED : c.ok();
  }
  if (!parse(c, filter)) return KEEL_OK;
  std::vector<exec::Client*> killed = kill_all(executor, filter);
  const auto count = static_cast<int64_t>(killed.size());
  const std::string reply = ":" + std::to_string(count) + "\r\n";
  return reply_when_gone(executor, std::move(killed), reply) ? KEEL_BLOCKED : c.integer(count);
}

constexpr keel_command kRows[] = {
    command("CLIENT|KILL", handler<kill>, {-3, kAdmin, KEEL_ACL_CONNECTION}, &docs::client::kill),
};

}  // namespace

Rows client_kill_rows() {
  return kRows;
}

}  // namespace keel::admin
