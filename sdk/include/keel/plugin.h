/* keel/plugin.h - the one symbol of a plugin, and how it registers what it offers. */
#ifndef KEEL_PLUGIN_H
#define KEEL_PLUGIN_H
#include "host.h"
#include "option.h"

KEEL_BEGIN_C

typedef struct keel_need { /* a service that create() will look up */
  const char* id;          /* NULL ends the list */
  uint32_t min_size;       /* bytes of the table that must be there; 0 = any */
  uint32_t optional;       /* 1 = the plugin loads without it */
} keel_need;

struct keel_type;
struct keel_command;
typedef struct keel_registrar keel_registrar;

struct keel_registrar { /* valid only inside setup(); all [control] */
  keel_head head;
  void* impl;
  /* Registers a value type; the number is for keel_ref.type, 1..255.  0 = refused, the error says why. */
  uint16_t (*type)(keel_registrar*, const struct keel_type*, keel_error*) KEEL_NX;
  /* Registers n rows of commands, `stride` bytes apart (sizeof keel_command as the plugin compiled it). */
  keel_status (*commands)(keel_registrar*, const struct keel_command* first, uint32_t n, uint32_t stride,
                          keel_error*) KEEL_NX;
  /* Registers n rows of options, likewise. */
  keel_status (*options)(keel_registrar*, const keel_option* first, uint32_t n, uint32_t stride, keel_error*) KEEL_NX;
  /* Registers any other interface under its id ("keel.transport/1", "keel.layer/1"): the table starts with keel_head
   * and must outlive the server. */
  keel_status (*extension)(keel_registrar*, const char* id, const void* table, void* self, keel_error*) KEEL_NX;
};

/* All-constant data: the host reads it before it runs any code of the plugin.  The same facts stand as text in the ELF
 * section .keel.manifest, readable without dlopen at all:
 *
 *   name: string
 *   version: 1.0.0
 *   abi: 1
 *   needs: [keel.keyspace/1]
 *   provides: [type:string]
 */
typedef struct keel_plugin {
  uint64_t magic;     /* KEEL_MAGIC */
  uint32_t size;      /* sizeof(keel_plugin) */
  uint32_t abi_major; /* KEEL_ABI_MAJOR */
  const char *name, *version, *license, *summary;
  const keel_need* needs;      /* ends with id == NULL */
  const char* const* provides; /* "type:hash", "transport:tcp", "layer:tls", "commands:geo"; ends with NULL */
  /* Required.  [control] looks services up; *self goes to every later call. */
  keel_status (*create)(const keel_host*, void** self, keel_error*) KEEL_NX;
  /* Required.  [control] registers; no threads yet. */
  keel_status (*setup)(void* self, keel_registrar*, keel_error*) KEEL_NX;
  keel_status (*start)(void* self, keel_error*) KEEL_NX; /* [control] the configuration is final; may be NULL */
  /* [control] reverse order of start, when no client, no loop and no worker is left; may be NULL.  Its tables may be
   * called until destroy(). */
  void (*stop)(void* self) KEEL_NX;
  void (*destroy)(void* self) KEEL_NX; /* [control] the library stays mapped; may be NULL */
} keel_plugin;

/* Inside KEEL_BEGIN_C this is extern "C" in C++. */
extern __attribute__((visibility("default"))) const keel_plugin keel_plugin_v1;

/* Puts the manifest's text into its section.  Use once per plugin, at file scope. */
#define KEEL_MANIFEST(text) \
  __attribute__((section(".keel.manifest"), used)) static const char keel_manifest_text[] = text

KEEL_END_C
#endif
