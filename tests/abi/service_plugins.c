/* Two plugins of one file: one offers a service, the other looks it up in create(). */
#include "keel/plugin.h"

typedef struct acme_clock { /* "acme.clock/1" */
  keel_head head;
  int64_t (*now)(void);
} acme_clock;

#ifdef PROVIDER
#define NAME "provider"
KEEL_MANIFEST("name: " NAME "\nversion: 1.0.0\nabi: 1\nprovides: [acme.clock/1]\n");
static const keel_need kNeeds[] = {{NULL, 0, 0}};
static const char* const kProvides[] = {"acme.clock/1", NULL};
static int64_t now(void) {
  return 42;
}
static keel_status create(const keel_host* host, void** self, keel_error* error) {
  (void)host, (void)error;
  *self = NULL;
  return KEEL_OK;
}
static keel_status setup(void* self, keel_registrar* registrar, keel_error* error) {
  static const acme_clock kClock = {{sizeof kClock, 0}, now};
  return registrar->extension(registrar, "acme.clock/1", &kClock, self, error);
}
#else
#define NAME "consumer"
KEEL_MANIFEST("name: " NAME "\nversion: 1.0.0\nabi: 1\nneeds: [acme.clock/1, acme.nothing/1?]\n");
static const keel_need kNeeds[] = {{"acme.clock/1", sizeof(acme_clock), 0}, {"acme.nothing/1", 0, 1}, {NULL, 0, 0}};
static const char* const kProvides[] = {NULL};
static keel_status create(const keel_host* host, void** self, keel_error* error) {
  const acme_clock* clock = host->service(host, "acme.clock/1");
  *self = NULL;
  if (clock == NULL || clock->now() != 42) return keel_fail(error, KEEL_ABSENT, "no clock");
  if (host->service(host, "acme.nothing/1") != NULL) return keel_fail(error, KEEL_E_DATA, "something from nothing");
  return KEEL_OK;
}
static keel_status setup(void* self, keel_registrar* registrar, keel_error* error) {
  (void)self, (void)registrar, (void)error;
  return KEEL_OK;
}
#endif

const keel_plugin keel_plugin_v1 = {.magic = KEEL_MAGIC,
                                    .size = sizeof(keel_plugin),
                                    .abi_major = KEEL_ABI_MAJOR,
                                    .name = NAME,
                                    .version = "1.0.0",
                                    .license = "MIT",
                                    .summary = "a service",
                                    .needs = kNeeds,
                                    .provides = kProvides,
                                    .create = create,
                                    .setup = setup};
