/* keel/type.h - the contract of a value type: whole from the first day, so that no later feature of the server
 * excludes an older plugin. */
#ifndef KEEL_TYPE_H
#define KEEL_TYPE_H
#include "info.h"
#include "keyspace.h"

KEEL_BEGIN_C

/* Byte streams are cursors with a slow path, so that saving ten million elements makes a few thousand host calls.
 * more(): KEEL_OK when at least `need` bytes of room (of input) lie between cur and end. */
typedef struct keel_sink {
  char *cur, *end;
  keel_status (*more)(struct keel_sink*, size_t need) KEEL_NX;
  void* impl;
} keel_sink;
typedef struct keel_source {
  const char *cur, *end;
  keel_status (*more)(struct keel_source*, size_t need) KEEL_NX; /* KEEL_EOF when there is less left */
  void* impl;
  uint32_t code, version; /* what is being loaded: RDB type code and RDB version; KEEL_RDB_NAMED and the rdb_version of
                             the type that saved it */
  uint64_t left;          /* bytes beyond `end`, at most, kept by more(); no count or length that needs more is worth an
                             allocation.  UINT64_MAX = not known */
} keel_source;
typedef struct keel_defrag {
  void* (*move)(struct keel_defrag*, void* p, size_t n)KEEL_NX; /* the new place of p, or NULL = leave it */
  int64_t deadline_ns;
  void* impl;
} keel_defrag;
typedef struct keel_visit {
  keel_status (*item)(struct keel_visit*, keel_str member, keel_str value, double score) KEEL_NX;
  void* impl;
} keel_visit;

/* RDB tells types by a number, and the numbers are Redis'.  A type of Redis names in rdb_codes those whose bytes it
 * reads and writes exactly as Redis does.  Any other type has none and is saved by its name, so that nobody's number
 * is taken by somebody else or by the next Redis: in a file, in DUMP and on the way to a replica as a value of a
 * module (MODULE_2 of RDB) of the module "keelvalue", version 1, with these parts:
 *   - string: the type's name
 *   - unsigned integer: its rdb_version
 *   - strings: what save() wrote, in pieces of any size
 *   - the end mark
 * Whoever lacks the plugin can step over the value, or keep it as it is. */
enum { KEEL_RDB_NAMED = 7 };

typedef struct keel_type { /* NULL = not offered, unless marked required */
  keel_head head;
  const char* name;         /* the reply of TYPE; one type has it, in any case of letters */
  const uint8_t* rdb_codes; /* of Redis: the codes that load() takes; ends with 0xff, one type has each.  NULL or empty
                               = saved by its name */
  uint32_t rdb_version;     /* saved by its name: of the bytes that save() writes; load() takes older ones, too */
  uint32_t reserved;
  /* Required. [snapshot] the value's bytes, without the type code and the key. */
  keel_status (*save)(const keel_ref*, keel_sink*) KEEL_NX;
  /* Required. [control|executor] untrusted bytes.  Fills out->rep, enc, v, word; bytes of a BYTES value are allocated
   * with core->alloc(len, KEEL_MEMORY_VALUE) and are taken over.  KEEL_E_DATA when malformed: nothing is left behind.
   */
  keel_status (*load)(keel_source*, keel_ref* out, keel_error*) KEEL_NX;
  void (*free)(void* object, uint64_t word) KEEL_NX;             /* required when OBJECT is used. [any] */
  uint64_t (*length)(const keel_ref*) KEEL_NX;                   /* [executor] elements */
  const char* (*encoding)(const keel_ref*)KEEL_NX;               /* [executor] OBJECT ENCODING */
  uint64_t (*memory)(const keel_ref*, uint32_t samples) KEEL_NX; /* [executor] bytes of the OBJECT beyond the entry */
  uint64_t (*free_effort)(const keel_ref*) KEEL_NX;            /* [executor] allocations; above 64: freed by a worker */
  keel_status (*copy)(const keel_ref*, keel_ref* out) KEEL_NX; /* [executor] OBJECT only; fills v and word */
  keel_status (*rewrite)(const keel_ref*, keel_str key, keel_sink* resp) KEEL_NX; /* [snapshot] as commands in RESP */
  /* [executor] DEBUG DIGEST: mixes the value into `state`, which the caller has begun (zeros, or the key's digest). */
  keel_status (*digest)(const keel_ref*, uint8_t state[20]) KEEL_NX;
  keel_status (*defrag)(keel_ref*, keel_defrag*, uint64_t* cursor) KEEL_NX; /* [executor] KEEL_PENDING = call again */
  /* [executor] item() for `budget` elements or some more, in the order that the type has; *cursor is 0 at first and at
   * the end. */
  keel_status (*iterate)(const keel_ref*, uint64_t* cursor, uint32_t budget, keel_visit*) KEEL_NX;
  keel_status (*check)(const keel_ref*, keel_error*) KEEL_NX; /* [executor] invariants: fuzzers, tests, DEBUG */
  /* [executor|snapshot] the code under which save() writes this value, one of rdb_codes; NULL = always the first. */
  uint32_t (*rdb_code)(const keel_ref*) KEEL_NX;
  /* [executor] item() once, with the element whose member (field) this is. KEEL_OK, KEEL_ABSENT, or what item()
   * returns. */
  keel_status (*find)(const keel_ref*, keel_str member, keel_visit*) KEEL_NX;
  /* For values in which elements end by themselves, as keys do at their expiry; both or neither.
   * due(): [executor] Unix ms; nothing in the value ends before it, -1 = nothing ever does. Cheap. After a change that
   * may have made it earlier commit() gets KEEL_CHANGE_DUE.
   * expire: [executor] run like a handler, but by no client and without a reply, with the value as the one key of the
   * command: when its due() has come, before a command that names the key, and by the cycle that removes expired keys.
   * Removes what has ended by ctx->now_ms, at most as much as takes a small part of a millisecond: while due() has not
   * become later it is run again. Commits, and tells the log what replays it.
   * A command shows nothing that has ended, whether it has been removed by then or not. */
  int64_t (*due)(const keel_ref*) KEEL_NX;
  keel_handler expire;
  /* [executor] DEBUG OBJECT: what this value is made of, a field each; names and values without blanks. */
  void (*describe)(const keel_ref*, keel_info_sink*) KEEL_NX;
} keel_type;

KEEL_END_C
#endif
