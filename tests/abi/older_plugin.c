/* A plugin against sdk/abi/released/0.0: every table and row of it is shorter than the server's. */
#include "keel/plugin.h"
#include "keel/type.h"

KEEL_MANIFEST("name: older\nversion: 0.0.1\nabi: 1\nneeds: [keel.keyspace/1]\nprovides: [type:older]\n");

static uint16_t g_type;

static keel_status save(const keel_ref* ref, keel_sink* sink) {
  (void)ref, (void)sink;
  return KEEL_OK;
}
static keel_status load(keel_source* source, keel_ref* out, keel_error* error) {
  (void)source, (void)out;
  return keel_fail(error, KEEL_E_DATA, "nothing can be loaded");
}
static keel_status hello(keel_ctx* ctx) {
  keel_put(ctx, "+older\r\n", 8);
  return KEEL_OK;
}
static keel_status create(const keel_host* host, void** self, keel_error* error) {
  const keel_keyspace* keyspace = host->service(host, KEEL_KEYSPACE);
  *self = &g_type;
  if (!KEEL_HAS(keel_keyspace, keyspace, commit) || host->core->clock_ns == NULL)
    return keel_fail(error, KEEL_E_VERSION, "the keyspace is too old");
  return KEEL_OK;
}
static keel_status setup(void* self, keel_registrar* registrar, keel_error* error) {
  static const uint8_t kCodes[] = {0xff};
  static const keel_keyspec kKey = {
      .flags = KEEL_KEY_RO, .begin = KEEL_BEGIN_INDEX, .find = KEEL_FIND_RANGE, .pos = 1, .step = 1};
  static const keel_type kType = {
      .head = {sizeof kType, 0}, .name = "older", .rdb_codes = kCodes, .save = save, .load = load};
  static const keel_command kRows[] = {{"OLDER.HELLO", hello, 1, 0, KEEL_CMD_READONLY, 0, NULL},
                                       {"OLDER.AGAIN", hello, 2, 1, KEEL_CMD_READONLY, 0, &kKey}};
  *(uint16_t*)self = registrar->type(registrar, &kType, error);
  if (g_type == 0) return KEEL_E_ARG;
  return registrar->commands(registrar, kRows, 2, sizeof kRows[0], error);
}

static const keel_need kNeeds[] = {{KEEL_KEYSPACE, sizeof(keel_keyspace), 0}, {NULL, 0, 0}};
static const char* const kProvides[] = {"type:older", NULL};
const keel_plugin keel_plugin_v1 = {KEEL_MAGIC, sizeof(keel_plugin),          KEEL_ABI_MAJOR, "older",   "0.0.1",
                                    "MIT",      "built against an older SDK", kNeeds,         kProvides, create,
                                    setup};
