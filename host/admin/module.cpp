// MODULE: modules of Redis cannot run here, and so there are none. PLUGIN tells of Keel's own.
#include "host/admin/module_docs.h"
#include "host/admin/rows.h"
#include "host/admin/words.h"

namespace keel::admin {
namespace {

keel_status list(Ctx c) {
  return c.array(0), KEEL_OK;
}

keel_status load(Ctx c) {
  return c.error(
      "ERR Error loading the extension. Modules of Redis cannot be loaded; plugins are named in the configuration.");
}

keel_status unload(Ctx c) {
  return c.error("ERR Error unloading module: no such module with that name");
}

keel_status help(Ctx c) {
  return reply_help(c, {
                           "LIST",
                           "    Return a list of loaded modules.",
                           "LOAD <path> [<arg> ...]",
                           "    Load a module library from <path>, passing to it any optional arguments.",
                           "LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]",
                           "    Load a module library from <path>, while passing it module configurations and optional "
                           "arguments.",
                           "UNLOAD <name>",
                           "    Unload a module.",
                       });
}

constexpr uint64_t kManaging = KEEL_CMD_ADMIN | KEEL_CMD_NOSCRIPT;
constexpr uint64_t kChanging = kManaging | KEEL_CMD_NO_ASYNC_LOADING | KEEL_CMD_PROTECTED;

constexpr keel_command kRows[] = {
    command("MODULE", nullptr, {-2, 0}, &docs::module::container),
    command("MODULE|LIST", handler<list>, {2, kManaging}, &docs::module::list),
    command("MODULE|LOAD", handler<load>, {-3, kChanging}, &docs::module::load),
    command("MODULE|LOADEX", handler<load>, {-3, kChanging}, &docs::module::loadex),
    command("MODULE|UNLOAD", handler<unload>, {3, kChanging}, &docs::module::unload),
    command("MODULE|HELP", handler<help>, {2, kAnyTime}, &docs::module::help),
};

}  // namespace

Rows module_rows() {
  return kRows;
}

}  // namespace keel::admin
