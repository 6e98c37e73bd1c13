// The plugin `bitfield`: its table of commands and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/bitfield/commands.h"
#include "plugins/types/bitfield/docs.h"

namespace bitfield {
namespace {

constexpr keel_keyspec kReads[] = {keel::one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr keel_keyspec kMayWrite[] = {
    keel::with_notes(keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE | KEEL_KEY_VARIABLE_FLAGS),
                     "This command allows both access and modification of the key")};

using keel::command;
using keel::handler;

constexpr keel_command kCommands[] = {
    keel::keys_by(find_keys,
                  command("BITFIELD", handler<bitfield>, {-2, KEEL_CMD_WRITE | KEEL_CMD_DENYOOM, KEEL_ACL_BITMAP},
                          kMayWrite, &docs::bitfield)),
    command("BITFIELD_RO", handler<bitfield_ro>, {-2, KEEL_CMD_READONLY | KEEL_CMD_FAST, KEEL_ACL_BITMAP}, kReads,
            &docs::bitfield_ro),
};

Plugin wiring;  // nothing in it changes after create()

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring = {static_cast<const keel_string*>(host->service(host, KEEL_STRING)),
            host->core->event(host, '$', keel::str("setbit"))};
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  return registrar->commands(registrar, kCommands, std::size(kCommands), sizeof kCommands[0], error);
}

constexpr keel_need kNeeds[] = {
    {KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {KEEL_STRING, sizeof(keel_string), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"commands:bitfield", nullptr};

}  // namespace
}  // namespace bitfield

KEEL_MANIFEST(
    "name: bitfield\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1, keel.string/1]\n"
    "provides: [commands:bitfield]\n"
    "commands: [bitfield, bitfield_ro]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "bitfield",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Integers of any width in strings",
    .needs = bitfield::kNeeds,
    .provides = bitfield::kProvides,
    .create = bitfield::create,
    .setup = bitfield::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
