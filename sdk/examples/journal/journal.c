/* A plugin that follows the change log: it appends every change to a file, as commands in RESP, from which a copy of
 * the server's contents can be made ("cat journal | redis-cli --pipe").
 *
 *   journal-file PATH        where; nothing is written without it
 *
 * The executor says that the log has grown; a worker writes.  So no client waits for the disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "keel/change_log.h"
#include "keel/plugin.h"

KEEL_MANIFEST(
    "name: journal\n"
    "version: 1.0.0\n"
    "abi: 1\n"
    "needs: [keel.change-log/1]\n"
    "provides: [changes:journal]\n");

typedef struct plugin {
  const keel_host* host;
  const keel_change_log* log;
  char path[4096];
  int file;
  keel_log_reader reader;
  keel_task task;
  atomic_int wanted; /* 0 = the task sleeps, 1 = it is queued or runs, 2 = ... and there is more since it began */
} plugin;
static plugin g_plugin = {.file = -1};

static void say(const char* what) {
  char line[256];
  const int n = snprintf(line, sizeof line, "%s: %s", what, strerror(errno));
  g_plugin.host->core->log(g_plugin.host, KEEL_LOG_WARNING, (keel_str){line, (size_t)n});
}

/* Writes what the log has.  What cannot be written is lost, and said: a server must not end for its journal. */
static void drain(void) {
  for (keel_str bytes; (bytes = g_plugin.log->read(&g_plugin.reader)).len > 0;) {
    const ssize_t n = write(g_plugin.file, bytes.ptr, bytes.len);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) say("the journal cannot be written");
    g_plugin.log->advance(&g_plugin.reader, n < 0 ? bytes.len : (uint64_t)n);
  }
}

static void write_behind(keel_task* task) { /* [worker] */
  drain();
  int one = 1;
  if (atomic_compare_exchange_strong(&g_plugin.wanted, &one, 0)) return;
  atomic_store(&g_plugin.wanted, 1);
  g_plugin.host->core->defer(task);
}

static void grown(keel_log_reader* reader) { /* [executor] */
  (void)reader;
  if (atomic_exchange(&g_plugin.wanted, 2) != 0) return;
  atomic_store(&g_plugin.wanted, 1);
  g_plugin.host->core->defer(&g_plugin.task);
}

/* -- the life of the plugin -----------------------------------------------------------------------------------------
 */

static keel_status set_file(void* self, keel_str value, keel_error* error) {
  plugin* p = self;
  if (value.len >= sizeof p->path) return keel_fail(error, KEEL_E_ARG, "the path of the journal is too long");
  memcpy(p->path, value.ptr, value.len);
  p->path[value.len] = 0;
  return KEEL_OK;
}

static const keel_option kOptions[] = {
    {.name = "journal-file",
     .initial = "",
     .doc = "File that every change is appended to; empty = none",
     .type = KEEL_OPTION_STRING,
     .apply = set_file},
};

static keel_status create(const keel_host* host, void** self, keel_error* error) {
  (void)error;
  g_plugin.host = host;
  g_plugin.log = host->service(host, KEEL_CHANGE_LOG);
  g_plugin.reader.grown = grown;
  g_plugin.task.run = write_behind;
  *self = &g_plugin;
  return KEEL_OK;
}

static keel_status setup(void* self, keel_registrar* registrar, keel_error* error) {
  (void)self;
  return registrar->options(registrar, kOptions, 1, sizeof kOptions[0], error);
}

static keel_status start(void* self, keel_error* error) {
  plugin* p = self;
  if (p->path[0] == 0) return KEEL_OK;
  p->file = open(p->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (p->file < 0) return keel_fail(error, KEEL_E_IO, "journal-file cannot be opened");
  return p->log->open(&p->reader, KEEL_LOG_END, error);
}

static void stop(void* self) { /* no client and no worker is left */
  plugin* p = self;
  if (p->file < 0) return;
  drain();
  p->log->close(&p->reader);
  if (close(p->file) != 0) say("the journal cannot be closed");
  p->file = -1;
}

static const keel_need kNeeds[] = {{KEEL_CHANGE_LOG, sizeof(keel_change_log), 0}, {NULL, 0, 0}};
static const char* const kProvides[] = {"changes:journal", NULL};
const keel_plugin keel_plugin_v1 = {
    .magic = KEEL_MAGIC,
    .size = sizeof(keel_plugin),
    .abi_major = KEEL_ABI_MAJOR,
    .name = "journal",
    .version = "1.0.0",
    .license = "MIT",
    .summary = "An example that follows the change log",
    .needs = kNeeds,
    .provides = kProvides,
    .create = create,
    .setup = setup,
    .start = start,
    .stop = stop,
};
