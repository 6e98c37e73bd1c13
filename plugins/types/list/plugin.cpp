// The plugin `list`: its table of commands and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/common/registration.h"
#include "plugins/types/list/commands.h"
#include "plugins/types/list/docs.h"
#include "plugins/types/list/options.h"
#include "plugins/types/list/type.h"

namespace lists {
namespace {

// Which words are keys, and what happens to them.
constexpr uint32_t kTake = KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE;
constexpr uint32_t kInsert = KEEL_KEY_RW | KEEL_KEY_INSERT;
constexpr keel_keyspec kReads[] = {keel::one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr keel_keyspec kMeasures[] = {keel::one_key(KEEL_KEY_RO)};
constexpr keel_keyspec kInserts[] = {keel::one_key(kInsert)};
constexpr keel_keyspec kPatches[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kCuts[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_DELETE)};
constexpr keel_keyspec kTakes[] = {keel::one_key(kTake)};
constexpr keel_keyspec kTakesSome[] = {keel::keys_at(kTake, 1, -2)};
constexpr keel_keyspec kMoves[] = {keel::one_key(kTake), keel::one_key(kInsert, 2)};

constexpr keel_keyspec kTakesCounted[] = {keel::counted_keys_at(kTake, 1)};
constexpr keel_keyspec kTakesCountedSecond[] = {keel::counted_keys_at(kTake, 2)};

constexpr uint64_t kReading = KEEL_CMD_READONLY;
constexpr uint64_t kWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM;
constexpr uint64_t kFreeing = KEEL_CMD_WRITE;  // allowed when memory is short
constexpr uint64_t kFast = KEEL_CMD_FAST;
constexpr uint64_t kBlocking = KEEL_CMD_BLOCKING;
constexpr uint64_t kNotInScripts = KEEL_CMD_NOSCRIPT;

consteval keel::Spec words(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_LIST};
}

using keel::command;
using keel::find_counted_keys;
using keel::handler;
using keel::movable_keys_by;

constexpr keel_command kCommands[] = {
    command("BLMOVE", handler<blmove>, words(6, kWriting | kNotInScripts | kBlocking), kMoves, &docs::blmove),
    movable_keys_by(find_counted_keys<kTake, 2>, command("BLMPOP", handler<blmpop>, words(-5, kFreeing | kBlocking),
                                                         kTakesCountedSecond, &docs::blmpop)),
    command("BLPOP", handler<blpop>, words(-3, kFreeing | kNotInScripts | kBlocking), kTakesSome, &docs::blpop),
    command("BRPOP", handler<brpop>, words(-3, kFreeing | kNotInScripts | kBlocking), kTakesSome, &docs::brpop),
    command("BRPOPLPUSH", handler<brpoplpush>, words(4, kWriting | kNotInScripts | kBlocking), kMoves,
            &docs::brpoplpush),
    command("LINDEX", handler<lindex>, words(3, kReading), kReads, &docs::lindex),
    command("LINSERT", handler<linsert>, words(5, kWriting), kInserts, &docs::linsert),
    command("LLEN", handler<llen>, words(2, kReading | kFast), kMeasures, &docs::llen),
    command("LMOVE", handler<lmove>, words(5, kWriting), kMoves, &docs::lmove),
    movable_keys_by(find_counted_keys<kTake, 1>,
                    command("LMPOP", handler<lmpop>, words(-4, kFreeing), kTakesCounted, &docs::lmpop)),
    command("LPOP", handler<lpop>, words(-2, kFreeing | kFast), kTakes, &docs::lpop),
    command("LPOS", handler<lpos>, words(-3, kReading), kReads, &docs::lpos),
    command("LPUSH", handler<lpush>, words(-3, kWriting | kFast), kInserts, &docs::lpush),
    command("LPUSHX", handler<lpushx>, words(-3, kWriting | kFast), kInserts, &docs::lpushx),
    command("LRANGE", handler<lrange>, words(4, kReading), kReads, &docs::lrange),
    command("LREM", handler<lrem>, words(4, kFreeing), kCuts, &docs::lrem),
    command("LSET", handler<lset>, words(4, kWriting), kPatches, &docs::lset),
    command("LTRIM", handler<ltrim>, words(4, kFreeing), kCuts, &docs::ltrim),
    command("RPOP", handler<rpop>, words(-2, kFreeing | kFast), kTakes, &docs::rpop),
    command("RPOPLPUSH", handler<rpoplpush>, words(3, kWriting), kMoves, &docs::rpoplpush),
    command("RPUSH", handler<rpush>, words(-3, kWriting | kFast), kInserts, &docs::rpush),
    command("RPUSHX", handler<rpushx>, words(-3, kWriting | kFast), kInserts, &docs::rpushx),
};

constexpr keel_type kType = keel::type_table<ListType>();

constexpr types::EventRow<Events> kEvents[] = {
    {&Events::lpush, 'l', "lpush"}, {&Events::rpush, 'l', "rpush"},     {&Events::lpop, 'l', "lpop"},
    {&Events::rpop, 'l', "rpop"},   {&Events::linsert, 'l', "linsert"}, {&Events::lset, 'l', "lset"},
    {&Events::lrem, 'l', "lrem"},   {&Events::ltrim, 'l', "ltrim"},     {&Events::del, 'g', "del"},
};

Plugin wiring;  // one keyspace plugin a process

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  types::memory_core = host->core;
  ListType::plugin = &wiring;
  types::number_events(host, wiring.events, kEvents);
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  wiring.type = registrar->type(registrar, &kType, error);
  if (wiring.type == 0) return KEEL_E_BUSY;
  const auto rows = options();
  const keel_status status =
      registrar->options(registrar, rows.data(), static_cast<uint32_t>(rows.size()), sizeof rows[0], error);
  if (status != KEEL_OK) return status;
  return registrar->commands(registrar, kCommands, std::size(kCommands), sizeof kCommands[0], error);
}

void destroy(void*) noexcept {
  free_scratch();
}

constexpr keel_need kNeeds[] = {
    {KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {KEEL_EXEC, sizeof(keel_exec), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"type:list", nullptr};

}  // namespace
}  // namespace lists

KEEL_MANIFEST(
    "name: list\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1, keel.exec/1]\n"
    "provides: [type:list]\n"
    "commands: [blmove, blmpop, blpop, brpop, brpoplpush, lindex, linsert, llen, lmove, lmpop, lpop, lpos, lpush,"
    " lpushx, lrange, lrem, lset, ltrim, rpop, rpoplpush, rpush, rpushx]\n"
    "directives: [list-*]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "list",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Lists, and commands that wait for their elements",
    .needs = lists::kNeeds,
    .provides = lists::kProvides,
    .create = lists::create,
    .setup = lists::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = lists::destroy,
};
