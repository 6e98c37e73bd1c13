// The plugin `set`: its table of commands, its directive, and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/common/prefetch_element.h"
#include "plugins/types/common/registration.h"
#include "plugins/types/set/commands.h"
#include "plugins/types/set/docs.h"
#include "plugins/types/set/type.h"

namespace sets {
namespace {

// Which words are keys, and what happens to them.
constexpr uint32_t kRead = KEEL_KEY_RO | KEEL_KEY_ACCESS;
constexpr uint32_t kTake = KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE;
constexpr keel_keyspec kReads[] = {keel::one_key(kRead)};
constexpr keel_keyspec kMeasures[] = {keel::one_key(KEEL_KEY_RO)};
constexpr keel_keyspec kAdds[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT)};
constexpr keel_keyspec kRemoves[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_DELETE)};
constexpr keel_keyspec kTakes[] = {keel::one_key(kTake)};
constexpr keel_keyspec kMoves[] = {keel::one_key(kTake), keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT, 2)};
constexpr keel_keyspec kReadsAll[] = {keel::keys_at(kRead, 1, -1)};
constexpr keel_keyspec kStores[] = {keel::one_key(KEEL_KEY_OW | KEEL_KEY_UPDATE), keel::keys_at(kRead, 2, -1)};
constexpr keel_keyspec kStoresIntersection[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE),
                                                keel::keys_at(kRead, 2, -1)};

constexpr keel_keyspec kReadsCounted[] = {keel::counted_keys_at(kRead, 1)};

constexpr uint64_t kReading = KEEL_CMD_READONLY;
constexpr uint64_t kFastReading = KEEL_CMD_READONLY | KEEL_CMD_FAST;
constexpr uint64_t kWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM;
constexpr uint64_t kFastWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_FAST;
constexpr uint64_t kFastFreeing = KEEL_CMD_WRITE | KEEL_CMD_FAST;  // allowed when memory is short

consteval keel::Spec words(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_SET};
}

using keel::command;
using keel::handler;
using keel::prefetched_by;

constexpr auto fetch_member = types::prefetch_element<Plugin, ElementTable, 2>;

constexpr keel_command kCommands[] = {
    prefetched_by(fetch_member, command("SADD", handler<sadd>, words(-3, kFastWriting), kAdds, &docs::sadd)),
    command("SCARD", handler<scard>, words(2, kFastReading), kMeasures, &docs::scard),
    command("SDIFF", handler<sdiff>, words(-2, kReading), kReadsAll, &docs::sdiff),
    command("SDIFFSTORE", handler<sdiffstore>, words(-3, kWriting), kStores, &docs::sdiffstore),
    command("SINTER", handler<sinter>, words(-2, kReading), kReadsAll, &docs::sinter),
    keel::movable_keys_by(
        keel::find_counted_keys<kRead, 1>,
        command("SINTERCARD", handler<sintercard>, words(-3, kReading), kReadsCounted, &docs::sintercard)),
    command("SINTERSTORE", handler<sinterstore>, words(-3, kWriting), kStoresIntersection, &docs::sinterstore),
    prefetched_by(fetch_member,
                  command("SISMEMBER", handler<sismember>, words(3, kFastReading), kMeasures, &docs::sismember)),
    command("SMEMBERS", handler<smembers>, words(2, kReading), kReads, &docs::smembers),
    prefetched_by(fetch_member,
                  command("SMISMEMBER", handler<smismember>, words(-3, kFastReading), kReads, &docs::smismember)),
    command("SMOVE", handler<smove>, words(4, kFastFreeing), kMoves, &docs::smove),
    command("SPOP", handler<spop>, words(-2, kFastFreeing), kTakes, &docs::spop),
    command("SRANDMEMBER", handler<srandmember>, words(-2, kReading), kReads, &docs::srandmember),
    prefetched_by(fetch_member, command("SREM", handler<srem>, words(-3, kFastFreeing), kRemoves, &docs::srem)),
    command("SSCAN", handler<sscan>, words(-3, kReading), kReads, &docs::sscan),
    command("SUNION", handler<sunion>, words(-2, kReading), kReadsAll, &docs::sunion),
    command("SUNIONSTORE", handler<sunionstore>, words(-3, kWriting), kStores, &docs::sunionstore),
};

keel_status take_entries(void*, keel_str value, keel_error* error) noexcept {
  const auto n = keel::parse_integer(keel::view(value));
  if (!n || *n < 0) return keel_fail(error, KEEL_E_ARG, "not a number");
  most_intset_entries = static_cast<uint64_t>(*n);
  return KEEL_OK;
}

constexpr keel_option kOptions[] = {
    types::number_option("set-max-intset-entries", "512",
                         "Members up to which a set of integers is kept as a sorted array (intset).", take_entries),
};

constexpr keel_type kType = keel::type_table<SetType>();

constexpr types::EventRow<Events> kEvents[] = {
    {&Events::sadd, 's', "sadd"},
    {&Events::srem, 's', "srem"},
    {&Events::spop, 's', "spop"},
    {&Events::sinterstore, 's', "sinterstore"},
    {&Events::sunionstore, 's', "sunionstore"},
    {&Events::sdiffstore, 's', "sdiffstore"},
    {&Events::del, 'g', "del"},
};

Plugin wiring;  // one keyspace plugin a process; nothing in it changes after setup()

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring.core = SetType::core = types::memory_core = host->core;
  types::number_events(host, wiring.events, kEvents);
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  return types::introduce(registrar, kType, wiring.type, kOptions, kCommands, error);
}

constexpr keel_need kNeeds[] = {{KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"type:set", nullptr};

}  // namespace
}  // namespace sets

KEEL_MANIFEST(
    "name: set\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1]\n"
    "provides: [type:set]\n"
    "commands: [sadd, scard, sdiff, sdiffstore, sinter, sintercard, sinterstore, sismember, smembers,"
    " smismember, smove, spop, srandmember, srem, sscan, sunion, sunionstore]\n"
    "directives: [set-*]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "set",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Sets",
    .needs = sets::kNeeds,
    .provides = sets::kProvides,
    .create = sets::create,
    .setup = sets::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
