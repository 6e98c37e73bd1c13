/* keel/host.h - what every plugin gets from the host, whatever its kind. */
#ifndef KEEL_HOST_H
#define KEEL_HOST_H
#include "abi.h"

KEEL_BEGIN_C

/* Work to be run once.  Owned by the caller, who keeps it alive and untouched until run() is called. */
typedef struct keel_task {
  struct keel_task* next;
  void (*run)(struct keel_task*) KEEL_NX;
} keel_task;

typedef struct keel_host keel_host;

/* What the memory is for, as MEMORY STATS counts it. */
enum { KEEL_MEMORY_VALUE = 0, KEEL_MEMORY_PLUGIN = 1 };

/* Levels of the log, as the directive `loglevel` names them. */
enum { KEEL_LOG_DEBUG = 0, KEEL_LOG_VERBOSE = 1, KEEL_LOG_NOTICE = 2, KEEL_LOG_WARNING = 3 };

/* Roles of a thread, as a bit set; see abi.h. */
enum { KEEL_ROLE_CONTROL = 1, KEEL_ROLE_EXECUTOR = 2, KEEL_ROLE_LOOP = 4, KEEL_ROLE_WORKER = 8 };

#define KEEL_CORE "keel.core/1"
typedef struct keel_core {
  keel_head head;
  /* [any] n bytes aligned for any object of that size (16 at most), counted into used_memory; NULL when out of memory.
   */
  void* (*alloc)(size_t n, uint32_t tag)KEEL_NX;
  /* [any] gives back what alloc() gave, with the same n and tag; p may be NULL. */
  void (*free)(void* p, size_t n, uint32_t tag) KEEL_NX;
  /* [any] one line, no line break; the host adds time and plugin name. */
  void (*log)(const keel_host*, int32_t level, keel_str) KEEL_NX;
  /* [any] monotonic nanoseconds. */
  int64_t (*clock_ns)(void) KEEL_NX;
  /* [any] runs the task on a worker. */
  void (*defer)(keel_task*) KEEL_NX;
  /* [any] KEEL_ROLE_* of the calling thread, for checks in tests and checked builds. */
  uint32_t (*role)(void) KEEL_NX;
  /* [control] number of a keyspace event for keel_change.event; the same name gives the same number. 0 = none left.
   * cls is the letter of notify-keyspace-events: 'g', '$', 'l', ... */
  uint32_t (*event)(const keel_host*, uint32_t cls, keel_str name) KEEL_NX;
  /* [any] Unix milliseconds, for whoever has no keel_ctx: a command goes by ctx->now_ms. */
  int64_t (*unix_ms)(void) KEEL_NX;
} keel_core;

struct keel_host { /* one per plugin; valid until destroy() returns */
  keel_head head;
  void* impl;
  keel_str name, version; /* of the server */
  /* [control] a table of the host or of another plugin, by id ("keel.keyspace/1"); NULL = absent. */
  const void* (*service)(const keel_host*, const char* id)KEEL_NX;
  const keel_core* core;
};

KEEL_END_C
#endif
