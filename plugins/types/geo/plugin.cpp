// The plugin `geo`: its table of commands and how it introduces itself.
#include "keel/plugin.h"

#include "plugins/types/geo/commands.h"
#include "plugins/types/geo/docs.h"

namespace geo {
namespace {

constexpr uint32_t kRead = KEEL_KEY_RO | KEEL_KEY_ACCESS;
constexpr uint32_t kStore = KEEL_KEY_OW | KEEL_KEY_UPDATE;
constexpr keel_keyspec kReads[] = {keel::one_key(kRead)};
constexpr keel_keyspec kUpdates[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_UPDATE)};
constexpr keel_keyspec kStores[] = {keel::one_key(kStore), keel::one_key(kRead, 2)};

// The word behind a keyword, which is searched from word `from` on.
consteval keel_keyspec behind(const char* keyword, int32_t from) {
  keel_keyspec spec = keel::one_key(kStore, from);
  spec.begin = KEEL_BEGIN_KEYWORD;
  spec.keyword = keyword;
  return spec;
}
constexpr keel_keyspec kMayStore[] = {keel::one_key(kRead), behind("STORE", 6), behind("STOREDIST", 6)};
constexpr keel_keyspec kMemberMayStore[] = {keel::one_key(kRead), behind("STORE", 5), behind("STOREDIST", 5)};

constexpr uint64_t kReading = KEEL_CMD_READONLY;
constexpr uint64_t kWriting = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM;
constexpr uint64_t kMaybeWriting = kWriting | KEEL_CMD_MOVABLE_KEYS;

consteval keel::Spec words(int32_t arity, uint64_t flags) {
  return {arity, flags, KEEL_ACL_GEO};
}

using keel::command;
using keel::handler;
using keel::keys_by;

constexpr keel_command kCommands[] = {
    command("GEOADD", handler<geoadd>, words(-5, kWriting), kUpdates, &docs::geoadd),
    command("GEODIST", handler<geodist>, words(-4, kReading), kReads, &docs::geodist),
    command("GEOHASH", handler<geohash>, words(-2, kReading), kReads, &docs::geohash),
    command("GEOPOS", handler<geopos>, words(-2, kReading), kReads, &docs::geopos),
    keys_by(georadius_keys,
            command("GEORADIUS", handler<georadius>, words(-6, kMaybeWriting), kMayStore, &docs::georadius)),
    command("GEORADIUS_RO", handler<georadius_ro>, words(-6, kReading), kReads, &docs::georadius_ro),
    keys_by(georadius_keys, command("GEORADIUSBYMEMBER", handler<georadiusbymember>, words(-5, kMaybeWriting),
                                    kMemberMayStore, &docs::georadiusbymember)),
    command("GEORADIUSBYMEMBER_RO", handler<georadiusbymember_ro>, words(-5, kReading), kReads,
            &docs::georadiusbymember_ro),
    command("GEOSEARCH", handler<geosearch>, words(-7, kReading), kReads, &docs::geosearch),
    command("GEOSEARCHSTORE", handler<geosearchstore>, words(-8, kWriting), kStores, &docs::geosearchstore),
};

Plugin wiring;  // nothing in it changes after create()

keel_status create(const keel_host* host, void** self, keel_error*) noexcept {
  wiring.core = host->core;
  wiring.sets = static_cast<const keel_sorted_set*>(host->service(host, KEEL_SORTED_SET));
  wiring.events = {
      host->core->event(host, 'z', keel::str("zadd")), host->core->event(host, 'z', keel::str("geosearchstore")),
      host->core->event(host, 'z', keel::str("georadiusstore")), host->core->event(host, 'g', keel::str("del"))};
  *self = &wiring;
  return KEEL_OK;
}

keel_status setup(void*, keel_registrar* registrar, keel_error* error) noexcept {
  return registrar->commands(registrar, kCommands, std::size(kCommands), sizeof kCommands[0], error);
}

constexpr keel_need kNeeds[] = {
    {KEEL_KEYSPACE, sizeof(keel_keyspace), 0}, {KEEL_SORTED_SET, sizeof(keel_sorted_set), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"commands:geo", nullptr};

}  // namespace
}  // namespace geo

KEEL_MANIFEST(
    "name: geo\n"
    "version: 0.1.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1, keel.zset/1]\n"
    "provides: [commands:geo]\n"
    "commands: [geoadd, geodist, geohash, geopos, georadius, georadius_ro, georadiusbymember,"
    " georadiusbymember_ro, geosearch, geosearchstore]\n");

const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "geo",
    .version = "0.1.0",
    .license = "MIT",
    .summary = "Places in sorted sets",
    .needs = geo::kNeeds,
    .provides = geo::kProvides,
    .create = geo::create,
    .setup = geo::setup,
    .start = nullptr,
    .stop = nullptr,
    .destroy = nullptr,
};
