// The plugin `bitmap`: its table of commands and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/bitmap/commands.h"
#include "plugins/types/bitmap/docs.h"

namespace bitmap {
namespace {

constexpr keel_keyspec kReads[] = {keel::one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr keel_keyspec kUpdates[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kCombines[] = {keel::one_key(KEEL_KEY_OW | KEEL_KEY_UPDATE, 2),
                                      keel::keys_at(KEEL_KEY_RO | KEEL_KEY_ACCESS, 3, -1)};

using keel::command;
using keel::handler;

constexpr keel_command kCommands[] = {
    command("BITCOUNT", handler<bitcount>, {-2, KEEL_CMD_READONLY, KEEL_ACL_BITMAP}, kReads, &docs::bitcount),
    command("BITOP", handler<bitop>, {-4, KEEL_CMD_WRITE | KEEL_CMD_DENYOOM, KEEL_ACL_BITMAP}, kCombines, &docs::bitop),
    command("BITPOS", handler<bitpos>, {-3, KEEL_CMD_READONLY, KEEL_ACL_BITMAP}, kReads, &docs::bitpos),
    command("GETBIT", handler<getbit>, {3, KEEL_CMD_READONLY | KEEL_CMD_FAST, KEEL_ACL_BITMAP}, kReads, &docs::getbit),
    command("SETBIT", handler<setbit>, {4, KEEL_CMD_WRITE | KEEL_CMD_DENYOOM, KEEL_ACL_BITMAP}, kUpdates,
            &docs::setbit),
};

Plugin wiring;  // nothing in it changes after create()

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring.core = host->core;
  wiring.strings = static_cast<const keel_string*>(host->service(host, KEEL_STRING));
  wiring.events = {host->core->event(host, '$', keel::str("setbit")), host->core->event(host, '$', keel::str("set")),
                   host->core->event(host, 'g', keel::str("del"))};
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  return registrar->commands(registrar, kCommands, std::size(kCommands), sizeof kCommands[0], error);
}

constexpr keel_need kNeeds[] = {
    {KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {KEEL_STRING, sizeof(keel_string), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"commands:bitmap", nullptr};

}  // namespace
}  // namespace bitmap

KEEL_MANIFEST(
    "name: bitmap\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1, keel.string/1]\n"
    "provides: [commands:bitmap]\n"
    "commands: [bitcount, bitop, bitpos, getbit, setbit]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "bitmap",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Bits of strings",
    .needs = bitmap::kNeeds,
    .provides = bitmap::kProvides,
    .create = bitmap::create,
    .setup = bitmap::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
