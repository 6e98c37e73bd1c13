// The plugin `stream`: its table of commands, its directives, and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/common/registration.h"
#include "plugins/types/stream/commands.h"
#include "plugins/types/stream/docs.h"
#include "plugins/types/stream/type.h"

namespace streams {
namespace {

// What happens to the key, and where it is.
constexpr keel_keyspec kReads[] = {keel::one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr keel_keyspec kMeasures[] = {keel::one_key(KEEL_KEY_RO)};
constexpr keel_keyspec kUpdates[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kRemoves[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_DELETE)};
constexpr keel_keyspec kReadsSecond[] = {keel::one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS, 2)};
constexpr keel_keyspec kInsertsSecond[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT, 2)};
constexpr keel_keyspec kUpdatesSecond[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE, 2)};
constexpr keel_keyspec kRemovesSecond[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_DELETE, 2)};
constexpr keel_keyspec kAdds[] = {
    keel::with_notes(kUpdates[0], "UPDATE instead of INSERT because of the optional trimming feature")};

// The first half of the words behind STREAMS.
constexpr keel_keyspec streams_from(int32_t word) {
  keel_keyspec spec{};
  spec.flags = KEEL_KEY_RO | KEEL_KEY_ACCESS;
  spec.begin = KEEL_BEGIN_KEYWORD;
  spec.find = KEEL_FIND_RANGE;
  spec.pos = word;
  spec.keyword = "STREAMS";
  spec.last = -1;
  spec.step = 1;
  spec.limit = 2;
  return spec;
}
constexpr keel_keyspec kStreams[] = {streams_from(1)};
constexpr keel_keyspec kGroupStreams[] = {streams_from(4)};

constexpr uint64_t kReading = KEEL_CMD_READONLY;
constexpr uint64_t kWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM;
constexpr uint64_t kFreeing = KEEL_CMD_WRITE;  // allowed when memory is short
constexpr uint64_t kFast = KEEL_CMD_FAST;
constexpr uint64_t kWaiting = KEEL_CMD_BLOCKING | KEEL_CMD_MOVABLE_KEYS;
constexpr uint64_t kAnyTime = KEEL_CMD_LOADING | KEEL_CMD_STALE;

consteval keel::Spec words(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_STREAM};
}

using keel::command;
using keel::handler;

constexpr keel_command kCommands[] = {
    command("XACK", handler<xack>, words(-4, kFreeing | kFast), kUpdates, &docs::xack),
    command("XADD", handler<xadd>, words(-5, kWriting | kFast), kAdds, &docs::xadd),
    command("XAUTOCLAIM", handler<xautoclaim>, words(-6, kFreeing | kFast), kRemoves, &docs::xautoclaim),
    command("XCLAIM", handler<xclaim>, words(-6, kFreeing | kFast), kUpdates, &docs::xclaim),
    command("XDEL", handler<xdel>, words(-3, kFreeing | kFast), kRemoves, &docs::xdel),
    command("XGROUP", nullptr, {-2, 0}, &docs::xgroup),
    command("XGROUP|CREATE", handler<xgroup_create>, words(-5, kWriting), kInsertsSecond, &docs::xgroup_create),
    command("XGROUP|CREATECONSUMER", handler<xgroup_createconsumer>, words(5, kWriting), kInsertsSecond,
            &docs::xgroup_createconsumer),
    command("XGROUP|DELCONSUMER", handler<xgroup_delconsumer>, words(5, kFreeing), kRemovesSecond,
            &docs::xgroup_delconsumer),
    command("XGROUP|DESTROY", handler<xgroup_destroy>, words(4, kFreeing), kRemovesSecond, &docs::xgroup_destroy),
    command("XGROUP|HELP", handler<xgroup_help>, words(2, kAnyTime), &docs::xgroup_help),
    command("XGROUP|SETID", handler<xgroup_setid>, words(-5, kFreeing), kUpdatesSecond, &docs::xgroup_setid),
    command("XINFO", nullptr, {-2, 0}, &docs::xinfo),
    command("XINFO|CONSUMERS", handler<xinfo_consumers>, words(4, kReading), kReadsSecond, &docs::xinfo_consumers),
    command("XINFO|GROUPS", handler<xinfo_groups>, words(3, kReading), kReadsSecond, &docs::xinfo_groups),
    command("XINFO|HELP", handler<xinfo_help>, words(2, kAnyTime), &docs::xinfo_help),
    command("XINFO|STREAM", handler<xinfo_stream>, words(-3, kReading), kReadsSecond, &docs::xinfo_stream),
    command("XLEN", handler<xlen>, words(2, kReading | kFast), kMeasures, &docs::xlen),
    command("XPENDING", handler<xpending>, words(-3, kReading), kReads, &docs::xpending),
    command("XRANGE", handler<xrange>, words(-4, kReading), kReads, &docs::xrange),
    keel::keys_by(xread_keys, command("XREAD", handler<xread>, words(-4, kReading | kWaiting), kStreams, &docs::xread)),
    keel::keys_by(xreadgroup_keys, command("XREADGROUP", handler<xreadgroup>, words(-7, kFreeing | kWaiting),
                                           kGroupStreams, &docs::xreadgroup)),
    command("XREVRANGE", handler<xrevrange>, words(-4, kReading), kReads, &docs::xrevrange),
    command("XSETID", handler<xsetid>, words(-3, kWriting | kFast), kUpdates, &docs::xsetid),
    command("XTRIM", handler<xtrim>, words(-4, kFreeing), kRemoves, &docs::xtrim),
};

constexpr keel_option kOptions[] = {
    types::number_option("stream-node-max-bytes", "4096",
                         "Bytes up to which entries of a stream share a block; 0 = any number.",
                         types::take_number<limits, &Limits::bytes>, nullptr, KEEL_OPTION_MEMORY),
    types::number_option("stream-node-max-entries", "100", "Entries of a stream that share a block; 0 = any number.",
                         types::take_number<limits, &Limits::entries>),
};

constexpr keel_type kType = keel::type_table<StreamType>();

constexpr types::EventRow<Events> kEvents[] = {
    {&Events::xadd, 't', "xadd"},
    {&Events::xdel, 't', "xdel"},
    {&Events::xtrim, 't', "xtrim"},
    {&Events::xsetid, 't', "xsetid"},
    {&Events::group_create, 't', "xgroup-create"},
    {&Events::group_setid, 't', "xgroup-setid"},
    {&Events::group_destroy, 't', "xgroup-destroy"},
    {&Events::consumer_create, 't', "xgroup-createconsumer"},
    {&Events::consumer_delete, 't', "xgroup-delconsumer"},
};

Plugin wiring;  // one keyspace plugin a process; nothing in it changes after setup()

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring.core = StreamType::core = types::memory_core = host->core;
  types::number_events(host, wiring.events, kEvents);
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  return types::introduce(registrar, kType, wiring.type, kOptions, kCommands, error);
}

constexpr keel_need kNeeds[] = {
    {KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {KEEL_EXEC, sizeof(keel_exec), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"type:stream", nullptr};

}  // namespace
}  // namespace streams

KEEL_MANIFEST(
    "name: stream\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1, keel.exec/1]\n"
    "provides: [type:stream]\n"
    "commands: [xack, xadd, xautoclaim, xclaim, xdel, xgroup, xinfo, xlen, xpending, xrange, xread, xreadgroup,"
    " xrevrange, xsetid, xtrim]\n"
    "directives: [stream-*]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "stream",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Streams, their consumer groups, and commands that wait for entries",
    .needs = streams::kNeeds,
    .provides = streams::kProvides,
    .create = streams::create,
    .setup = streams::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
