// The plugin `hyperloglog`: its tables and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/hyperloglog/commands.h"
#include "plugins/types/hyperloglog/docs.h"

namespace hyperloglog {
namespace {

constexpr keel_keyspec kAdds[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT)};
constexpr keel_keyspec kCounts[] = {
    keel::with_notes(keel::keys_at(KEEL_KEY_RW | KEEL_KEY_ACCESS, 1, -1),
                     "RW because it may change the internal representation of the key, and propagate to replicas")};
constexpr keel_keyspec kMerges[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_INSERT),
                                    keel::keys_at(KEEL_KEY_RO | KEEL_KEY_ACCESS, 2, -1)};
constexpr keel_keyspec kLooks[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_ACCESS, 2)};

constexpr uint64_t kWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM;

consteval keel::Spec words(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_HYPERLOGLOG};
}

using keel::command;
using keel::handler;

constexpr keel_command kCommands[] = {
    command("PFADD", handler<pfadd>, words(-2, kWriting | KEEL_CMD_FAST), kAdds, &docs::pfadd),
    command("PFCOUNT", handler<pfcount>, words(-2, KEEL_CMD_READONLY | KEEL_CMD_MAY_REPLICATE), kCounts,
            &docs::pfcount),
    command("PFDEBUG", handler<pfdebug>, words(3, kWriting | KEEL_CMD_ADMIN), kLooks, &docs::pfdebug),
    command("PFMERGE", handler<pfmerge>, words(-2, kWriting), kMerges, &docs::pfmerge),
    command("PFSELFTEST", handler<pfselftest>, words(1, KEEL_CMD_ADMIN), &docs::pfselftest),
};

keel_status set_sparse_max_bytes(void* self, keel_str value, keel_error*) noexcept {
  static_cast<Plugin*>(self)->sparse_max_bytes =
      static_cast<size_t>(keel::parse_integer(keel::view(value)).value_or(0));
  return KEEL_OK;
}

constexpr keel_option kOptions[] = {{
    .name = "hll-sparse-max-bytes",
    .initial = "3000",
    .doc = "Bytes up to which a HyperLogLog stays in its sparse form.",
    .type = KEEL_OPTION_MEMORY,
    .flags = KEEL_OPTION_MUTABLE,
    .min = 0,
    .max = INT64_MAX,
    .choices = nullptr,
    .apply = set_sparse_max_bytes,
}};

Plugin wiring;

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring.core = host->core;
  wiring.strings = static_cast<const keel_string*>(host->service(host, KEEL_STRING));
  wiring.pfadd = host->core->event(host, '$', keel::str("pfadd"));
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  const keel_status options = registrar->options(registrar, kOptions, std::size(kOptions), sizeof kOptions[0], error);
  if (options != KEEL_OK) return options;
  return registrar->commands(registrar, kCommands, std::size(kCommands), sizeof kCommands[0], error);
}

constexpr keel_need kNeeds[] = {
    {KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {KEEL_STRING, sizeof(keel_string), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"commands:hyperloglog", nullptr};

}  // namespace
}  // namespace hyperloglog

KEEL_MANIFEST(
    "name: hyperloglog\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1, keel.string/1]\n"
    "provides: [commands:hyperloglog]\n"
    "commands: [pfadd, pfcount, pfdebug, pfmerge, pfselftest]\n"
    "directives: [hll-sparse-max-bytes]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "hyperloglog",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "How many different elements were seen, nearly",
    .needs = hyperloglog::kNeeds,
    .provides = hyperloglog::kProvides,
    .create = hyperloglog::create,
    .setup = hyperloglog::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
