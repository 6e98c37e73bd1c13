// RING.PUSH key item [CAP n]   RING.LEN key   RING.RANGE key start count
#include "keel/cpp/keel.hpp"
#include "packed.h"
#include "ring.h"
#include "type.h"

KEEL_MANIFEST(
    "name: ring\n"
    "version: 1.0.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1]\n"
    "provides: [type:ring, commands:ring]\n");

namespace ring {
namespace {

using keel::Ctx;
using keel::Ref;

struct Plugin {
  uint16_t type = 0;
  uint32_t pushed = 0;
  int64_t default_capacity = 100;  // the option ring-capacity
};
Plugin g_plugin;

// The value as an object, made from the packed form.
Ring* unpacked(const Ref& ref) noexcept {
  Ring* made = Ring::make(read32(ref.bytes().data()));
  bool whole = made != nullptr;
  if (whole) each_packed(ref.bytes(), [&](Str item) { whole = whole && made->push(item); });
  if (whole) return made;
  if (made != nullptr) Ring::destroy(made);
  return nullptr;
}

// Appends to the packed form where it lies. Precondition: there is room for it.
keel_status push_packed(Ctx c, Ref& ref, Str item) noexcept {
  const size_t old = ref.bytes().size();
  if (c.resize(ref, old + 4 + item.size()) != KEEL_OK) return KEEL_E_MEMORY;
  write32(ref.data() + old, static_cast<uint32_t>(item.size()));
  memcpy(ref.data() + old + 4, item.data(), item.size());
  return KEEL_OK;
}

keel_status push_object(Ctx c, Ref& ref, Str item) noexcept {
  if (ref.rep() == KEEL_REP_OBJECT) return ref.object<Ring>().push(item) ? KEEL_OK : KEEL_E_MEMORY;
  Ring* made = unpacked(ref);
  if (made == nullptr) return KEEL_E_MEMORY;
  if (!made->push(item) || c.put_object(ref, c.self<Plugin>().type, kObject, made, 0) != KEEL_OK) {
    Ring::destroy(made);
    return KEEL_E_MEMORY;
  }
  return KEEL_OK;
}

keel_status push(Ctx c) {
  const Plugin& self = c.self<Plugin>();
  keel::Args args{c, 3};
  int64_t capacity = self.default_capacity;
  while (args.more()) {
    if (args.take_with_value("CAP")) {
      capacity = args.integer_between(1, kMaxCapacity, "ERR CAP is out of range");
    } else {
      args.unknown();
    }
  }
  if (!args.ok()) return args.reply();
  Ref ref = c.write();
  if (ref && !ref.is(self.type)) return c.wrong_type();
  const Str item = c.arg(2);
  if (!ref) {
    char head[kPackedHead];
    write32(head, static_cast<uint32_t>(capacity));
    if (c.put(ref, self.type, kPacked, Str{head, sizeof head}) != KEEL_OK) return c.out_of_memory();
  }
  // A full ring forgets, which bytes cannot do cheaply: from then on it is an object.
  const bool small = ref.rep() == KEEL_REP_BYTES && ref.bytes().size() + 4 + item.size() <= kMaxPacked &&
                     kType.length(ref.raw()) < ring::capacity(*ref.raw());
  const keel_status status = small ? push_packed(c, ref, item) : push_object(c, ref, item);
  // Also when it failed: an empty ring may have been made, and a value that changed is committed.
  c.commit(ref, self.pushed, 0, KEEL_CHANGE_SIGNAL | KEEL_CHANGE_ERASE_IF_EMPTY);
  if (status != KEEL_OK) return c.out_of_memory();
  return c.integer(static_cast<int64_t>(kType.length(ref.raw())));
}

keel_status len(Ctx c) {
  Ref ref = c.read();
  if (!ref) return c.integer(0);
  if (!ref.is(c.self<Plugin>().type)) return c.wrong_type();
  return c.integer(static_cast<int64_t>(kType.length(ref.raw())));
}

keel_status range(Ctx c) {
  keel::Args args{c, 2};
  const int64_t start = args.integer_between(0, INT64_MAX, keel::kNotInteger);
  const int64_t count = args.integer_between(0, INT64_MAX, keel::kNotInteger);
  if (!args.ok()) return args.reply();
  Ref ref = c.read();
  if (ref && !ref.is(c.self<Plugin>().type)) return c.wrong_type();
  const int64_t size = ref ? static_cast<int64_t>(kType.length(ref.raw())) : 0;
  const int64_t from = std::min(start, size), n = std::min(count, size - from);
  c.array(static_cast<uint64_t>(n));
  int64_t at = 0;
  if (n > 0)
    each(*ref.raw(), [&](Str item) {
      if (at >= from && at < from + n) c.bulk(item);
      ++at;
    });
  return KEEL_OK;
}

constexpr keel_keyspec kWrite[] = {keel::one_key(KEEL_KEY_RW | KEEL_KEY_INSERT)};
constexpr keel_keyspec kRead[] = {keel::one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS)};
constexpr keel_command kCommands[] = {
    keel::command("RING.PUSH", keel::handler<push>, {-3, KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_FAST}, kWrite),
    keel::command("RING.LEN", keel::handler<len>, {2, KEEL_CMD_READONLY | KEEL_CMD_FAST}, kRead),
    keel::command("RING.RANGE", keel::handler<range>, {4, KEEL_CMD_READONLY}, kRead),
};

constexpr keel_option kOptions[] = {{
    .name = "ring-capacity",
    .initial = "100",
    .doc = "Members that a new ring holds when RING.PUSH does not say CAP.",
    .type = KEEL_OPTION_INTEGER,
    .flags = KEEL_OPTION_MUTABLE,
    .min = 1,
    .max = kMaxCapacity,
    .choices = nullptr,
    .apply = [](void* self, keel_str value, keel_error* error) noexcept -> keel_status {
      const auto n = keel::parse_integer(keel::view(value));
      if (!n) return keel_fail(error, KEEL_E_ARG, "ring-capacity is no number");
      static_cast<Plugin*>(self)->default_capacity = *n;
      return KEEL_OK;
    },
}};

keel_status create(const keel_host* host, void** self, keel_error* error) noexcept {
  g_core = host->core;
  g_plugin.pushed = host->core->event(host, 'd', keel::str("ring.push"));
  if (g_plugin.pushed == 0) return keel_fail(error, KEEL_E_MEMORY, "no number is left for an event");
  *self = &g_plugin;
  return KEEL_OK;
}

keel_status setup(void* self, keel_registrar* r, keel_error* error) noexcept {
  auto& plugin = *static_cast<Plugin*>(self);
  plugin.type = r->type(r, &kType, error);
  if (plugin.type == 0) return KEEL_E_ARG;
  const keel_status status = r->options(r, kOptions, std::size(kOptions), sizeof kOptions[0], error);
  if (status != KEEL_OK) return status;
  return r->commands(r, kCommands, std::size(kCommands), sizeof kCommands[0], error);
}

constexpr keel_need kNeeds[] = {{KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {nullptr, 0, 0}};
constexpr const char* kProvides[] = {"type:ring", "commands:ring", nullptr};

}  // namespace
}  // namespace ring

const keel_plugin keel_plugin_v1 = {KEEL_MAGIC,
                                    sizeof(keel_plugin),
                                    KEEL_ABI_MAJOR,
                                    "ring",
                                    "1.0.0",
                                    "MIT",
                                    "A capped list, as an example in C++",
                                    ring::kNeeds,
                                    ring::kProvides,
                                    ring::create,
                                    ring::setup,
                                    nullptr,
                                    nullptr,
                                    nullptr};
