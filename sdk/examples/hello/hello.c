/* A plugin in plain C: two commands, and a value type of their own that is one integer.
 *
 *   EXAMPLE.GREET name        +Hello, name
 *   EXAMPLE.COUNT key         adds one to a counter and returns it
 */
#include <inttypes.h>
#include <stdio.h>

#include "keel/keyspace.h"
#include "keel/plugin.h"
#include "keel/type.h"

/* The facts stand twice: as text, readable without running anything, and in the table at the end. The loader compares.
 */
KEEL_MANIFEST(
    "name: hello\n"
    "version: 1.0.0\n"
    "abi: 1\n"
    "needs: [keel.keyspace/1]\n"
    "provides: [type:example-counter, commands:example]\n");

typedef struct plugin { /* wiring only, written by create() and setup(): no state that commands change */
  const keel_host* host;
  uint16_t counter;
  uint32_t counted;
} plugin;
static plugin g_plugin;

/* -- commands ------------------------------------------------------------------------------------------------------ */

static keel_status fail(keel_ctx* ctx, const char* text) {
  ctx->exec->reply_error(ctx, (keel_str){text, strlen(text)});
  return KEEL_OK; /* the reply has been written: that is success, as far as the server is concerned */
}

static keel_status greet(keel_ctx* ctx) {
  const keel_str name = ctx->argv[1];
  char head[32];
  /* A bulk string may hold any bytes, a simple string may not: the name comes from a stranger. */
  const int n = snprintf(head, sizeof head, "$%zu\r\nHello, ", name.len + 7);
  keel_put(ctx, head, (size_t)n);
  keel_put(ctx, name.ptr, name.len);
  keel_put(ctx, "\r\n", 2);
  return KEEL_OK;
}

static keel_status count(keel_ctx* ctx) {
  const plugin* self = ctx->self;
  keel_ref ref;
  char reply[32];
  ctx->ks->write(ctx, 0, &ref); /* 0: the first of the command's keys */
  if (ref.entry != NULL && ref.type != self->counter)
    return fail(ctx, "WRONGTYPE Operation against a key holding the wrong kind of value");
  int64_t n = ref.entry != NULL ? ref.v.num : 0;
  if (n == INT64_MAX) return fail(ctx, "ERR increment or decrement would overflow");
  ++n;
  if (ctx->ks->put_int(ctx, &ref, self->counter, 0, n) != KEEL_OK)
    return fail(ctx, "OOM command not allowed when out of memory");
  const keel_change change = {.event = self->counted, .count = 1};
  ctx->ks->commit(ctx, &ref, &change); /* once after each change: WATCH, tracking, events, replication hang on it */
  const int len = snprintf(reply, sizeof reply, ":%" PRId64 "\r\n", n);
  keel_put(ctx, reply, (size_t)len);
  return KEEL_OK;
}

/* -- the type ------------------------------------------------------------------------------------------------------ */

static keel_status counter_save(const keel_ref* ref, keel_sink* sink) {
  if ((size_t)(sink->end - sink->cur) < 8) {
    const keel_status status = sink->more(sink, 8);
    if (status != KEEL_OK) return status;
  }
  for (int i = 0; i < 8; ++i) *sink->cur++ = (char)((uint64_t)ref->v.num >> (8 * i));
  return KEEL_OK;
}

static keel_status counter_load(keel_source* source, keel_ref* out, keel_error* error) {
  uint64_t n = 0;
  if ((size_t)(source->end - source->cur) < 8 && source->more(source, 8) != KEEL_OK)
    return keel_fail(error, KEEL_E_DATA, "a counter of less than 8 bytes");
  for (int i = 0; i < 8; ++i) n |= (uint64_t)(unsigned char)*source->cur++ << (8 * i);
  out->rep = KEEL_REP_INT;
  out->enc = 0;
  out->v.num = (int64_t)n;
  out->word = 0;
  return KEEL_OK;
}

static const char* counter_encoding(const keel_ref* ref) {
  (void)ref;
  return "int";
}

static uint64_t counter_length(const keel_ref* ref) {
  (void)ref;
  return 1;
}

static keel_status counter_digest(const keel_ref* ref, uint8_t out[20]) {
  for (int i = 0; i < 8; ++i) out[i] ^= (uint8_t)((uint64_t)ref->v.num >> (8 * i));
  return KEEL_OK;
}

/* -- the tables ---------------------------------------------------------------------------------------------------- */

static const keel_type kCounter = {
    .head = {sizeof(keel_type), 0},
    .name = "example-counter",
    .rdb_version = 1, /* no rdb_codes: it is none of Redis' types, and saved by its name */
    .save = counter_save,
    .load = counter_load,
    .length = counter_length,
    .encoding = counter_encoding,
    .digest = counter_digest,
};

static const keel_keyspec kKey = {.flags = KEEL_KEY_RW | KEEL_KEY_ACCESS | KEEL_KEY_UPDATE,
                                  .begin = KEEL_BEGIN_INDEX,
                                  .find = KEEL_FIND_RANGE,
                                  .pos = 1,
                                  .step = 1};
static const keel_doc kGreetDoc = {.size = sizeof(keel_doc),
                                   .summary = "Greets somebody.",
                                   .since = "1.0.0",
                                   .group = "example",
                                   .complexity = "O(N)"};
static const keel_doc kCountDoc = {.size = sizeof(keel_doc),
                                   .summary = "Adds one to a counter.",
                                   .since = "1.0.0",
                                   .group = "example",
                                   .complexity = "O(1)"};
static const keel_command kCommands[] = {
    {.name = "EXAMPLE.GREET", .run = greet, .arity = 2, .flags = KEEL_CMD_READONLY | KEEL_CMD_FAST, .doc = &kGreetDoc},
    {.name = "EXAMPLE.COUNT",
     .run = count,
     .arity = 2,
     .nkeyspecs = 1,
     .flags = KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_FAST,
     .keyspecs = &kKey,
     .doc = &kCountDoc},
};

static keel_status create(const keel_host* host, void** self, keel_error* error) {
  g_plugin.host = host;
  g_plugin.counted = host->core->event(host, 'd', (keel_str){"example.count", 13});
  if (g_plugin.counted == 0) return keel_fail(error, KEEL_E_MEMORY, "no number is left for an event");
  *self = &g_plugin;
  return KEEL_OK;
}

static keel_status setup(void* self, keel_registrar* registrar, keel_error* error) {
  plugin* p = self;
  p->counter = registrar->type(registrar, &kCounter, error);
  if (p->counter == 0) return KEEL_E_ARG;
  return registrar->commands(registrar, kCommands, sizeof kCommands / sizeof kCommands[0], sizeof kCommands[0], error);
}

static const keel_need kNeeds[] = {{KEEL_KEYSPACE, offsetof(keel_keyspace, read_named), 0}, {NULL, 0, 0}};
static const char* const kProvides[] = {"type:example-counter", "commands:example", NULL};
const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "hello",
    .version = "1.0.0",
    .license = "MIT",
    .summary = "An example in C",
    .needs = kNeeds,
    .provides = kProvides,
    .create = create,
    .setup = setup,
};
