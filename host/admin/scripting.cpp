// FUNCTION and SCRIPT where no engine for scripts is loaded: there are none, and tools that ask for them, or want all
// of them gone before they begin, are told so.
#include "host/admin/rows.h"
#include "host/admin/scripting_docs.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

bool is_mode(Ctx c) {
  return either(c.arg(2), "SYNC", "ASYNC").has_value();
}

keel_status function_flush(Ctx c) {
  if (c.argc() > 3) return unknown_subcommand(c);
  if (c.argc() == 3 && !is_mode(c)) return c.error("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
  return c.ok();
}

keel_status function_list(Ctx c) {
  for (uint32_t i = 2; i < c.argc(); ++i) {
    if (c.word(i, "WITHCODE")) continue;
    if (!c.word(i, "LIBRARYNAME")) return c.error("ERR Unknown argument " + std::string(c.arg(i)));
    if (++i == c.argc()) return c.error("ERR library name argument was not given");
  }
  return c.array(0), KEEL_OK;
}

keel_status script_exists(Ctx c) {
  c.array(c.argc() - 2);
  for (uint32_t i = 2; i < c.argc(); ++i) c.integer(0);
  return KEEL_OK;
}

keel_status script_flush(Ctx c) {
  if (c.argc() > 3 || (c.argc() == 3 && !is_mode(c))) return c.error("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
  return c.ok();
}

constexpr uint64_t kForget = KEEL_CMD_WRITE | KEEL_CMD_NOSCRIPT;

constexpr keel_command kRows[] = {
    command("FUNCTION", nullptr, {-2, 0}, &docs::scripting::function),
    command("FUNCTION|FLUSH", handler<function_flush>, {-2, kForget, KEEL_ACL_SCRIPTING},
            &docs::scripting::function_flush),
    command("FUNCTION|LIST", handler<function_list>, {-2, KEEL_CMD_NOSCRIPT, KEEL_ACL_SCRIPTING},
            &docs::scripting::function_list),
    command("SCRIPT", nullptr, {-2, 0}, &docs::scripting::script),
    command("SCRIPT|EXISTS", handler<script_exists>, {-3, KEEL_CMD_NOSCRIPT, KEEL_ACL_SCRIPTING},
            &docs::scripting::script_exists),
    command("SCRIPT|FLUSH", handler<script_flush>, {-2, KEEL_CMD_NOSCRIPT, KEEL_ACL_SCRIPTING},
            &docs::scripting::script_flush),
};

}  // namespace

Rows scripting_rows() {
  return kRows;
}

}  // namespace keel::admin
