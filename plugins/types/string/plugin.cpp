// The plugin `string`: its table of commands and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/common/registration.h"
#include "plugins/types/string/commands.h"
#include "plugins/types/string/docs.h"
#include "plugins/types/string/grow.h"
#include "plugins/types/string/type.h"

namespace strings {
namespace {

// Which words are keys, and what happens to them.
constexpr uint32_t kRead = KEEL_KEY_RO | KEEL_KEY_ACCESS;
constexpr uint32_t kUpdate = KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE;
constexpr keel_keyspec kReads[] = {keel::one_key(kRead)};
constexpr keel_keyspec kMeasures[] = {keel::one_key(KEEL_KEY_RO)};
constexpr keel_keyspec kUpdates[] = {keel::one_key(kUpdate)};
constexpr keel_keyspec kOverwrites[] = {keel::one_key(KEEL_KEY_OW | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kCreates[] = {keel::one_key(KEEL_KEY_OW | KEEL_KEY_INSERT)};
constexpr keel_keyspec kAppends[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT)};
constexpr keel_keyspec kPatches[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kTakes[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE)};
constexpr keel_keyspec kMayRead[] = {keel::with_notes(keel::one_key(kUpdate | KEEL_KEY_VARIABLE_FLAGS),
                                                      "RW and ACCESS due to the optional `GET` argument")};
constexpr keel_keyspec kExpires[] = {
    keel::with_notes(keel::one_key(kUpdate), "RW and UPDATE because it changes the TTL")};
constexpr keel_keyspec kReadsTwo[] = {keel::keys_at(kRead, 1, 1)};
constexpr keel_keyspec kReadsAll[] = {keel::keys_at(kRead, 1, -1)};
constexpr keel_keyspec kOverwritesAll[] = {keel::keys_at(KEEL_KEY_OW | KEEL_KEY_UPDATE, 1, -1, 2)};
constexpr keel_keyspec kCreatesAll[] = {keel::keys_at(KEEL_KEY_OW | KEEL_KEY_INSERT, 1, -1, 2)};

constexpr uint64_t kReading = KEEL_CMD_READONLY;
constexpr uint64_t kFastReading = KEEL_CMD_READONLY | KEEL_CMD_FAST;
constexpr uint64_t kWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM;
constexpr uint64_t kFastWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_FAST;
constexpr uint64_t kFastFreeing = KEEL_CMD_WRITE | KEEL_CMD_FAST;  // allowed when memory is short

consteval keel::Spec words(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_STRING};
}

using keel::command;
using keel::handler;

// SET reads the old value only with GET.
uint32_t set_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  bool reads = false;
  for (uint32_t i = 3; i < argc; ++i) reads = reads || keel::same_word(keel::view(argv[i]), "get");
  if (cap > 0)
    *out = {
        1,
        static_cast<uint32_t>(reads ? KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE : KEEL_KEY_OW | KEEL_KEY_UPDATE),
        0};
  return 1;
}

constexpr keel_command kCommands[] = {
    command("APPEND", handler<append>, words(3, kFastWriting), kAppends, &docs::append),
    command("DECR", handler<decr>, words(2, kFastWriting), kUpdates, &docs::decr),
    command("DECRBY", handler<decrby>, words(3, kFastWriting), kUpdates, &docs::decrby),
    command("GET", handler<get>, words(2, kFastReading), kReads, &docs::get),
    command("GETDEL", handler<getdel>, words(2, kFastFreeing), kTakes, &docs::getdel),
    command("GETEX", handler<getex>, words(-2, kFastFreeing), kExpires, &docs::getex),
    command("GETRANGE", handler<getrange>, words(4, kReading), kReads, &docs::getrange),
    command("GETSET", handler<getset>, words(3, kFastWriting), kUpdates, &docs::getset),
    command("INCR", handler<incr>, words(2, kFastWriting), kUpdates, &docs::incr),
    command("INCRBY", handler<incrby>, words(3, kFastWriting), kUpdates, &docs::incrby),
    command("INCRBYFLOAT", handler<incrbyfloat>, words(3, kFastWriting), kUpdates, &docs::incrbyfloat),
    command("LCS", handler<lcs>, words(-3, kReading), kReadsTwo, &docs::lcs),
    command("MGET", handler<mget>, words(-2, kFastReading), kReadsAll, &docs::mget),
    command("MSET", handler<mset>, words(-3, kWriting), kOverwritesAll, &docs::mset),
    command("MSETNX", handler<msetnx>, words(-3, kWriting), kCreatesAll, &docs::msetnx),
    command("PSETEX", handler<psetex>, words(4, kWriting), kOverwrites, &docs::psetex),
    keel::keys_by(set_keys, command("SET", handler<set>, words(-3, kWriting), kMayRead, &docs::set)),
    command("SETEX", handler<setex>, words(4, kWriting), kOverwrites, &docs::setex),
    command("SETNX", handler<setnx>, words(3, kFastWriting), kCreates, &docs::setnx),
    command("SETRANGE", handler<setrange>, words(4, kWriting), kPatches, &docs::setrange),
    command("STRLEN", handler<strlen>, words(2, kFastReading), kMeasures, &docs::strlen),
    command("SUBSTR", handler<getrange>, words(4, kReading), kReads, &docs::substr),
};

constexpr keel_type kType = keel::type_table<StringType>();

constexpr types::EventRow<Events> kEvents[] = {
    {&Events::set, '$', "set"},         {&Events::append, '$', "append"}, {&Events::setrange, '$', "setrange"},
    {&Events::incrby, '$', "incrby"},   {&Events::expire, 'g', "expire"}, {&Events::incrbyfloat, '$', "incrbyfloat"},
    {&Events::persist, 'g', "persist"}, {&Events::del, 'g', "del"},
};

Plugin wiring;  // one keyspace plugin a process; nothing in it changes after setup()

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring.core = StringType::core = host->core;
  types::number_events(host, wiring.events, kEvents);
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  wiring.type = registrar->type(registrar, &kType, error);
  if (wiring.type == 0) return KEEL_E_BUSY;
  if (const keel_status s = registrar->extension(registrar, KEEL_STRING, &service(wiring.type), nullptr, error);
      s != KEEL_OK)
    return s;
  return registrar->commands(registrar, kCommands, std::size(kCommands), sizeof kCommands[0], error);
}

constexpr keel_need kNeeds[] = {{KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"type:string", KEEL_STRING, nullptr};

}  // namespace
}  // namespace strings

KEEL_MANIFEST(
    "name: string\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1]\n"
    "provides: [type:string, keel.string/1]\n"
    "commands: [append, decr, decrby, get, getdel, getex, getrange, getset, incr, incrby, incrbyfloat, lcs, mget, mset,"
    " msetnx, psetex, set, setex, setnx, setrange, strlen, substr]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "string",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Strings and counters",
    .needs = strings::kNeeds,
    .provides = strings::kProvides,
    .create = strings::create,
    .setup = strings::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
