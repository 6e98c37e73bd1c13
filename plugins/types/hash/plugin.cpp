// The plugin `hash`: its table of commands, its directives, and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/common/prefetch_element.h"
#include "plugins/types/common/registration.h"
#include "plugins/types/hash/commands.h"
#include "plugins/types/hash/docs.h"
#include "plugins/types/hash/type.h"

namespace hashes {
namespace {

// What happens to the key.
constexpr keel_keyspec kReads[] = {keel::one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr keel_keyspec kMeasures[] = {keel::one_key(KEEL_KEY_RO)};
constexpr keel_keyspec kUpdates[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kCounts[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kAdds[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT)};
constexpr keel_keyspec kTakes[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE)};
constexpr keel_keyspec kRemoves[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_DELETE)};

constexpr uint64_t kReading = KEEL_CMD_READONLY;
constexpr uint64_t kFastReading = KEEL_CMD_READONLY | KEEL_CMD_FAST;
constexpr uint64_t kFastWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_FAST;
constexpr uint64_t kFastFreeing = KEEL_CMD_WRITE | KEEL_CMD_FAST;  // allowed when memory is short

consteval keel::Spec words(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_HASH};
}

using keel::command;
using keel::handler;
using keel::prefetched_by;

constexpr auto fetch_field = types::prefetch_element<Plugin, ElementTable, 2>;

constexpr keel_command kCommands[] = {
    prefetched_by(fetch_field, command("HDEL", handler<hdel>, words(-3, kFastFreeing), kRemoves, &docs::hdel)),
    prefetched_by(fetch_field, command("HEXISTS", handler<hexists>, words(3, kFastReading), kMeasures, &docs::hexists)),
    command("HEXPIRE", handler<hexpire>, words(-6, kFastWriting), kUpdates, &docs::hexpire),
    command("HEXPIREAT", handler<hexpireat>, words(-6, kFastWriting), kUpdates, &docs::hexpireat),
    command("HEXPIRETIME", handler<hexpiretime>, words(-5, kFastReading), kReads, &docs::hexpiretime),
    prefetched_by(fetch_field, command("HGET", handler<hget>, words(3, kFastReading), kReads, &docs::hget)),
    command("HGETALL", handler<hgetall>, words(2, kReading), kReads, &docs::hgetall),
    command("HGETDEL", handler<hgetdel>, words(-5, kFastFreeing), kTakes, &docs::hgetdel),
    command("HGETEX", handler<hgetex>, words(-5, kFastFreeing), kCounts, &docs::hgetex),
    prefetched_by(fetch_field, command("HINCRBY", handler<hincrby>, words(4, kFastWriting), kCounts, &docs::hincrby)),
    prefetched_by(fetch_field,
                  command("HINCRBYFLOAT", handler<hincrbyfloat>, words(4, kFastWriting), kCounts, &docs::hincrbyfloat)),
    command("HKEYS", handler<hkeys>, words(2, kReading), kReads, &docs::hkeys),
    command("HLEN", handler<hlen>, words(2, kFastReading), kMeasures, &docs::hlen),
    prefetched_by(fetch_field, command("HMGET", handler<hmget>, words(-3, kFastReading), kReads, &docs::hmget)),
    prefetched_by(fetch_field, command("HMSET", handler<hmset>, words(-4, kFastWriting), kUpdates, &docs::hmset)),
    command("HPERSIST", handler<hpersist>, words(-5, kFastFreeing), kUpdates, &docs::hpersist),
    command("HPEXPIRE", handler<hpexpire>, words(-6, kFastWriting), kUpdates, &docs::hpexpire),
    command("HPEXPIREAT", handler<hpexpireat>, words(-6, kFastWriting), kUpdates, &docs::hpexpireat),
    command("HPEXPIRETIME", handler<hpexpiretime>, words(-5, kFastReading), kReads, &docs::hpexpiretime),
    command("HPTTL", handler<hpttl>, words(-5, kFastReading), kReads, &docs::hpttl),
    command("HRANDFIELD", handler<hrandfield>, words(-2, kReading), kReads, &docs::hrandfield),
    command("HSCAN", handler<hscan>, words(-3, kReading), kReads, &docs::hscan),
    prefetched_by(fetch_field, command("HSET", handler<hset>, words(-4, kFastWriting), kUpdates, &docs::hset)),
    command("HSETEX", handler<hsetex>, words(-6, kFastWriting), kUpdates, &docs::hsetex),
    prefetched_by(fetch_field, command("HSETNX", handler<hsetnx>, words(4, kFastWriting), kAdds, &docs::hsetnx)),
    prefetched_by(fetch_field, command("HSTRLEN", handler<hstrlen>, words(3, kFastReading), kMeasures, &docs::hstrlen)),
    command("HTTL", handler<httl>, words(-5, kFastReading), kReads, &docs::httl),
    command("HVALS", handler<hvals>, words(2, kReading), kReads, &docs::hvals),
};

constexpr keel_option kOptions[] = {
    types::number_option("hash-max-listpack-entries", "512",
                         "Fields up to which a hash is kept as a row of bytes (listpack).",
                         types::take_number<limits, &Limits::entries>, "hash-max-ziplist-entries"),
    types::number_option("hash-max-listpack-value", "64",
                         "Bytes up to which fields and values are kept in a row of bytes (listpack).",
                         types::take_number<limits, &Limits::bytes>, "hash-max-ziplist-value", KEEL_OPTION_MEMORY),
};

constexpr keel_type kType = keel::type_table<HashType>();

constexpr types::EventRow<Events> kEvents[] = {
    {&Events::hset, 'h', "hset"},         {&Events::hdel, 'h', "hdel"},
    {&Events::hincrby, 'h', "hincrby"},   {&Events::hincrbyfloat, 'h', "hincrbyfloat"},
    {&Events::hexpire, 'h', "hexpire"},   {&Events::hexpired, 'h', "hexpired"},
    {&Events::hpersist, 'h', "hpersist"},
};

Plugin wiring;  // one keyspace plugin a process; nothing in it changes after setup()

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring.core = HashType::core = types::memory_core = host->core;
  types::number_events(host, wiring.events, kEvents);
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  return types::introduce(registrar, kType, wiring.type, kOptions, kCommands, error);
}

constexpr keel_need kNeeds[] = {{KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"type:hash", nullptr};

}  // namespace
}  // namespace hashes

KEEL_MANIFEST(
    "name: hash\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1]\n"
    "provides: [type:hash]\n"
    "commands: [hdel, hexists, hexpire, hexpireat, hexpiretime, hget, hgetall, hgetdel, hgetex, hincrby, hincrbyfloat,"
    " hkeys, hlen, hmget, hmset, hpersist, hpexpire, hpexpireat, hpexpiretime, hpttl, hrandfield, hscan, hset, hsetex,"
    " hsetnx, hstrlen, httl, hvals]\n"
    "directives: [hash-*]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "hash",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Hashes",
    .needs = hashes::kNeeds,
    .provides = hashes::kProvides,
    .create = hashes::create,
    .setup = hashes::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
