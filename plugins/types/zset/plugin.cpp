// The plugin `zset`: its table of commands, its directives, and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/common/prefetch_element.h"
#include "plugins/types/common/registration.h"
#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/docs.h"
#include "plugins/types/zset/service.h"
#include "plugins/types/zset/type.h"

namespace zsets {
namespace {

// Which words are keys, and what happens to them.
constexpr uint32_t kRead = KEEL_KEY_RO | KEEL_KEY_ACCESS;
constexpr uint32_t kTake = KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_DELETE;
constexpr uint32_t kStore = KEEL_KEY_OW | KEEL_KEY_UPDATE;
constexpr keel_keyspec kReads[] = {keel::one_key(kRead)};
constexpr keel_keyspec kMeasures[] = {keel::one_key(KEEL_KEY_RO)};
constexpr keel_keyspec kUpdates[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kCounts[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kRemoves[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_DELETE)};
constexpr keel_keyspec kTakes[] = {keel::one_key(kTake)};
constexpr keel_keyspec kTakesSome[] = {keel::keys_at(kTake, 1, -2)};
constexpr keel_keyspec kStores[] = {keel::one_key(kStore), keel::one_key(kRead, 2)};

constexpr keel_keyspec kReadsCounted[] = {keel::counted_keys_at(kRead, 1)};
constexpr keel_keyspec kStoresCounted[] = {keel::one_key(kStore), keel::counted_keys_at(kRead, 2)};
constexpr keel_keyspec kTakesCounted[] = {keel::counted_keys_at(kTake, 1)};
constexpr keel_keyspec kTakesCountedSecond[] = {keel::counted_keys_at(kTake, 2)};

constexpr uint64_t kReading = KEEL_CMD_READONLY;
constexpr uint64_t kFastReading = KEEL_CMD_READONLY | KEEL_CMD_FAST;
constexpr uint64_t kWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM;
constexpr uint64_t kFastWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_FAST;
constexpr uint64_t kFreeing = KEEL_CMD_WRITE;  // allowed when memory is short
constexpr uint64_t kFastFreeing = KEEL_CMD_WRITE | KEEL_CMD_FAST;
constexpr uint64_t kBlocking = KEEL_CMD_BLOCKING;
constexpr uint64_t kNotInScripts = KEEL_CMD_NOSCRIPT;

consteval keel::Spec words(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_SORTEDSET};
}

using keel::command;
using keel::find_counted_keys;
using keel::handler;
using keel::movable_keys_by;
using keel::prefetched_by;

constexpr auto fetch_first = types::prefetch_element<Plugin, SortedSet, 2>;
constexpr auto fetch_last = types::prefetch_element<Plugin, SortedSet, -1>;

// destination numkeys key [key ...]
uint32_t stored_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  const uint32_t n = find_counted_keys<kRead, 2>(argv, argc, out + (cap > 0 ? 1 : 0), cap > 0 ? cap - 1 : 0);
  if (n == UINT32_MAX) return n;
  if (cap > 0) out[0] = {1, kStore, 0};
  return n + 1;
}

constexpr keel_command kCommands[] = {
    movable_keys_by(find_counted_keys<kTake, 2>, command("BZMPOP", handler<bzmpop>, words(-5, kFreeing | kBlocking),
                                                         kTakesCountedSecond, &docs::bzmpop)),
    command("BZPOPMAX", handler<bzpopmax>, words(-3, kFastFreeing | kNotInScripts | kBlocking), kTakesSome,
            &docs::bzpopmax),
    command("BZPOPMIN", handler<bzpopmin>, words(-3, kFastFreeing | kNotInScripts | kBlocking), kTakesSome,
            &docs::bzpopmin),
    prefetched_by(fetch_last, command("ZADD", handler<zadd>, words(-4, kFastWriting), kUpdates, &docs::zadd)),
    command("ZCARD", handler<zcard>, words(2, kFastReading), kMeasures, &docs::zcard),
    command("ZCOUNT", handler<zcount>, words(4, kFastReading), kReads, &docs::zcount),
    movable_keys_by(find_counted_keys<kRead, 1>,
                    command("ZDIFF", handler<zdiff>, words(-3, kReading), kReadsCounted, &docs::zdiff)),
    movable_keys_by(stored_keys,
                    command("ZDIFFSTORE", handler<zdiffstore>, words(-4, kWriting), kStoresCounted, &docs::zdiffstore)),
    prefetched_by(fetch_last, command("ZINCRBY", handler<zincrby>, words(4, kFastWriting), kCounts, &docs::zincrby)),
    movable_keys_by(find_counted_keys<kRead, 1>,
                    command("ZINTER", handler<zinter>, words(-3, kReading), kReadsCounted, &docs::zinter)),
    movable_keys_by(find_counted_keys<kRead, 1>,
                    command("ZINTERCARD", handler<zintercard>, words(-3, kReading), kReadsCounted, &docs::zintercard)),
    movable_keys_by(stored_keys, command("ZINTERSTORE", handler<zinterstore>, words(-4, kWriting), kStoresCounted,
                                         &docs::zinterstore)),
    command("ZLEXCOUNT", handler<zlexcount>, words(4, kFastReading), kReads, &docs::zlexcount),
    movable_keys_by(find_counted_keys<kTake, 1>,
                    command("ZMPOP", handler<zmpop>, words(-4, kFreeing), kTakesCounted, &docs::zmpop)),
    prefetched_by(fetch_first, command("ZMSCORE", handler<zmscore>, words(-3, kFastReading), kReads, &docs::zmscore)),
    command("ZPOPMAX", handler<zpopmax>, words(-2, kFastFreeing), kTakes, &docs::zpopmax),
    command("ZPOPMIN", handler<zpopmin>, words(-2, kFastFreeing), kTakes, &docs::zpopmin),
    command("ZRANDMEMBER", handler<zrandmember>, words(-2, kReading), kReads, &docs::zrandmember),
    command("ZRANGE", handler<zrange>, words(-4, kReading), kReads, &docs::zrange),
    command("ZRANGEBYLEX", handler<zrangebylex>, words(-4, kReading), kReads, &docs::zrangebylex),
    command("ZRANGEBYSCORE", handler<zrangebyscore>, words(-4, kReading), kReads, &docs::zrangebyscore),
    command("ZRANGESTORE", handler<zrangestore>, words(-5, kWriting), kStores, &docs::zrangestore),
    prefetched_by(fetch_first, command("ZRANK", handler<zrank>, words(-3, kFastReading), kReads, &docs::zrank)),
    prefetched_by(fetch_first, command("ZREM", handler<zrem>, words(-3, kFastFreeing), kRemoves, &docs::zrem)),
    command("ZREMRANGEBYLEX", handler<zremrangebylex>, words(4, kFreeing), kRemoves, &docs::zremrangebylex),
    command("ZREMRANGEBYRANK", handler<zremrangebyrank>, words(4, kFreeing), kRemoves, &docs::zremrangebyrank),
    command("ZREMRANGEBYSCORE", handler<zremrangebyscore>, words(4, kFreeing), kRemoves, &docs::zremrangebyscore),
    command("ZREVRANGE", handler<zrevrange>, words(-4, kReading), kReads, &docs::zrevrange),
    command("ZREVRANGEBYLEX", handler<zrevrangebylex>, words(-4, kReading), kReads, &docs::zrevrangebylex),
    command("ZREVRANGEBYSCORE", handler<zrevrangebyscore>, words(-4, kReading), kReads, &docs::zrevrangebyscore),
    prefetched_by(fetch_first,
                  command("ZREVRANK", handler<zrevrank>, words(-3, kFastReading), kReads, &docs::zrevrank)),
    command("ZSCAN", handler<zscan>, words(-3, kReading), kReads, &docs::zscan),
    prefetched_by(fetch_first, command("ZSCORE", handler<zscore>, words(3, kFastReading), kReads, &docs::zscore)),
    movable_keys_by(find_counted_keys<kRead, 1>,
                    command("ZUNION", handler<zunion>, words(-3, kReading), kReadsCounted, &docs::zunion)),
    movable_keys_by(stored_keys, command("ZUNIONSTORE", handler<zunionstore>, words(-4, kWriting), kStoresCounted,
                                         &docs::zunionstore)),
};

constexpr keel_option kOptions[] = {
    types::number_option("zset-max-listpack-entries", "128",
                         "Members up to which a sorted set is kept as a row of bytes (listpack).",
                         types::take_number<limits, &Limits::entries>, "zset-max-ziplist-entries"),
    types::number_option("zset-max-listpack-value", "64",
                         "Bytes up to which the members of a sorted set are kept in a row of bytes (listpack).",
                         types::take_number<limits, &Limits::bytes>, "zset-max-ziplist-value", KEEL_OPTION_MEMORY),
};

constexpr keel_type kType = keel::type_table<ZsetType>();

constexpr types::EventRow<Events> kEvents[] = {
    {&Events::zadd, 'z', "zadd"},
    {&Events::zincr, 'z', "zincr"},
    {&Events::zrem, 'z', "zrem"},
    {&Events::zremrangebyrank, 'z', "zremrangebyrank"},
    {&Events::zremrangebyscore, 'z', "zremrangebyscore"},
    {&Events::zremrangebylex, 'z', "zremrangebylex"},
    {&Events::zpopmin, 'z', "zpopmin"},
    {&Events::zpopmax, 'z', "zpopmax"},
    {&Events::zunionstore, 'z', "zunionstore"},
    {&Events::zinterstore, 'z', "zinterstore"},
    {&Events::zdiffstore, 'z', "zdiffstore"},
    {&Events::zrangestore, 'z', "zrangestore"},
    {&Events::del, 'g', "del"},
};

Plugin wiring;  // one keyspace plugin a process; nothing in it changes after setup()

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring.core = ZsetType::core = types::memory_core = host->core;
  types::number_events(host, wiring.events, kEvents);
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  const keel_status status = types::introduce(registrar, kType, wiring.type, kOptions, kCommands, error);
  // The service knows the number of the type.
  return status == KEEL_OK ? registrar->extension(registrar, KEEL_SORTED_SET, &service(wiring), nullptr, error)
                           : status;
}

constexpr keel_need kNeeds[] = {
    {KEEL_KEYSPACE, sizeof(keel_keyspace), 0}, {KEEL_EXEC, sizeof(keel_exec), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"type:zset", KEEL_SORTED_SET, nullptr};

}  // namespace
}  // namespace zsets

KEEL_MANIFEST(
    "name: zset\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1, keel.exec/1]\n"
    "provides: [type:zset, keel.zset/1]\n"
    "commands: [bzmpop, bzpopmax, bzpopmin, zadd, zcard, zcount, zdiff, zdiffstore, zincrby, zinter, zintercard,"
    " zinterstore, zlexcount, zmpop, zmscore, zpopmax, zpopmin, zrandmember, zrange, zrangebylex,"
    " zrangebyscore, zrangestore, zrank, zrem, zremrangebylex, zremrangebyrank, zremrangebyscore,"
    " zrevrange, zrevrangebylex, zrevrangebyscore, zrevrank, zscan, zscore, zunion, zunionstore]\n"
    "directives: [zset-*]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "zset",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Sorted sets",
    .needs = zsets::kNeeds,
    .provides = zsets::kProvides,
    .create = zsets::create,
    .setup = zsets::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
