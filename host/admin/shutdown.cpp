// SHUTDOWN.
#include "host/admin/rows.h"
#include "host/admin/server.h"
#include "host/admin/server_docs.h"

namespace keel::admin {
namespace {

struct Word {
  Str name;
  uint32_t flag;
  uint32_t excludes;
};
constexpr Word kWords[] = {
    {"nosave", base::kShutdownNosave, base::kShutdownSave},
    {"save", base::kShutdownSave, base::kShutdownNosave},
    {"now", base::kShutdownNow, 0},
    {"force", base::kShutdownForce, 0},
};

// False = the words make no sense together.
bool parse(Ctx c, Shutdown& out) {
  for (uint32_t i = 1; i < c.argc(); ++i) {
    if (c.word(i, "abort")) {
      out.abort = true;
      continue;
    }
    const Word* found = nullptr;
    for (const Word& w : kWords)
      if (c.word(i, w.name)) found = &w;
    if (found == nullptr || (out.flags & found->excludes) != 0) return false;
    out.flags |= found->flag;
  }
  return !out.abort || out.flags == 0;
}

keel_status shutdown(Ctx c) {
  Shutdown wish;
  if (!parse(c, wish)) return c.error(kSyntax);
  const Server& server = c.self<Server>();
  std::string error = wish.abort ? "ERR No shutdown in progress." : "ERR Errors trying to SHUTDOWN. Check logs.";
  if (!server.shutdown || !server.shutdown(wish, error)) return c.error(error);
  if (wish.abort) return c.ok();
  // Nothing more is sent: that the connection ends is the reply.
  exec::Executor::of(c.raw()).client().close_after_reply = true;
  return KEEL_OK;
}

constexpr keel_command kRows[] = {
    command("SHUTDOWN", handler<shutdown>, {-1, kAdmin | KEEL_CMD_NO_MULTI | KEEL_CMD_ALLOW_BUSY}, &docs::shutdown),
};

}  // namespace

Rows shutdown_rows() {
  return kRows;
}

}  // namespace keel::admin
