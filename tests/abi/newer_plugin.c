/* A plugin against an SDK of the future: its tables are longer than the server's, and it uses none of what is new,
 * unless NEWER_USES is defined. */
#include "keel/plugin.h"

#ifdef NEWER_USES
#define NAME "newer-uses"
#else
#define NAME "newer"
#endif
KEEL_MANIFEST("name: " NAME "\nversion: 9.0.0\nabi: 1\n");

static keel_status create(const keel_host* host, void** self, keel_error* error) {
  (void)host, (void)error;
  *self = NULL;
  return KEEL_OK;
}
static keel_status setup(void* self, keel_registrar* registrar, keel_error* error) {
  (void)self, (void)registrar, (void)error;
  return KEEL_OK;
}

/* The symbol is declared by plugin.h, so it gets its longer form under another name. */
typedef struct future_plugin {
  keel_plugin today;
  void (*invented_later)(void);
} future_plugin;
#ifdef NEWER_USES
static void invented_later(void) {}
#else
#define invented_later NULL
#endif
extern __attribute__((visibility("default"))) const future_plugin future __asm__("keel_plugin_v1");
const future_plugin future = {{KEEL_MAGIC, sizeof(future_plugin), KEEL_ABI_MAJOR, NAME, "9.0.0", "MIT",
                               "from the future", NULL, NULL, create, setup, NULL, NULL, NULL},
                              invented_later};
