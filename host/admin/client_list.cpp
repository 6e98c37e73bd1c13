// CLIENT INFO and CLIENT LIST.
#include "host/admin/client_docs.h"
#include "host/admin/client_words.h"
#include "host/admin/rows.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

keel_status info(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  return c.verbatim(describe(executor.client(), executor.now_ms()));
}

keel_status reply_by_id(Ctx c, exec::Executor& executor) {
  std::string lines;
  for (uint32_t i = 3; i < c.argc(); ++i) {
    const auto id = parse_integer(c.arg(i));
    if (!id) return c.error("ERR Invalid client ID");
    const exec::Client* client = executor.clients.find(static_cast<uint64_t>(*id));
    if (client != nullptr) lines += describe(*client, executor.now_ms());
  }
  return c.verbatim(lines);
}

keel_status list(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  std::optional<ClientType> only;
  if (c.argc() > 3 && c.word(2, "id")) return reply_by_id(c, executor);
  if (c.argc() == 4 && c.word(2, "type")) {
    only = client_type(c.arg(3));
    if (only == ClientType::kUnknown) return error_about(c, "ERR Unknown client type '", c.arg(3));
  } else if (c.argc() != 2) {
    return c.error(kSyntax);
  }
  std::string lines;
  for (const exec::Client* client : executor.clients.all())
    if (!only || type_of(*client) == *only) lines += describe(*client, executor.now_ms());
  return c.verbatim(lines);
}

constexpr keel_command kRows[] = {
    command("CLIENT|INFO", handler<info>, {2, KEEL_CMD_NOSCRIPT | kAnyTime, KEEL_ACL_CONNECTION}, &docs::client::info),
    command("CLIENT|LIST", handler<list>, {-2, kAdmin, KEEL_ACL_CONNECTION}, &docs::client::list),
};

}  // namespace

Rows client_list_rows() {
  return kRows;
}

}  // namespace keel::admin
