/* keel/abi.h - the words that every other header is written in.  Plain C11.
 *
 * Rules of the boundary:
 *  1. Only fixed-width integers, pointers, function pointers and structs of them.  No bool, enum type, long, time_t,
 *     FILE *, errno, varargs, bit-field, or struct by value larger than two words.
 *  2. Every table starts with keel_head; `size` is what its author compiled.  Tables only grow at their end.
 *  3. A breaking change gets a new id ("keel.keyspace/2"); the old id stays served for a whole major release.
 *  4. Who allocates, frees.  A pointer parameter is borrowed until the call returns unless its comment says more.
 *  5. Nothing throws, longjmps or exits across the boundary.
 *  6. Every function says in which role it may be called:
 *     [control]   load, configure, start, stop; may block
 *     [executor]  holder of the keyspace, one at a time; never blocks
 *     [loop]      the I/O thread that owns the object; never blocks, never touches the keyspace
 *     [worker]    host pool; may block
 *     [snapshot]  a walker over a frozen keyspace: calls on the sink or source only
 *     [any]       everywhere
 */
#ifndef KEEL_ABI_H
#define KEEL_ABI_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
#define KEEL_NX noexcept /* part of the pointer's type since C++17: a throwing callback does not compile */
#define KEEL_ZERO \
  {} /* of a member that a row has got later: rows that were written without it stay as they are */
#define KEEL_EXPORT extern "C" __attribute__((visibility("default")))
#define KEEL_BEGIN_C extern "C" {
#define KEEL_END_C }
#else
#define KEEL_NX
#define KEEL_ZERO
#define KEEL_EXPORT extern __attribute__((visibility("default")))
#define KEEL_BEGIN_C
#define KEEL_END_C
#endif

#define KEEL_MAGIC UINT64_C(0x4c45454b49424131)
#define KEEL_ABI_MAJOR 1u

KEEL_BEGIN_C

typedef int32_t keel_status;
enum {
  KEEL_OK = 0,
  KEEL_ABSENT = 1,  /* there is no such key, service, name */
  KEEL_BLOCKED = 2, /* the command waits */
  KEEL_PENDING = 3, /* accepted; the completion comes later */
  KEEL_FULL = 4,    /* no room left in the buffer given */
  KEEL_EOF = 5,     /* clean end */
  KEEL_E_ARG = -1,
  KEEL_E_TYPE = -2,
  KEEL_E_MEMORY = -3,
  KEEL_E_VERSION = -4,
  KEEL_E_IO = -5,
  KEEL_E_DATA = -6,
  KEEL_E_BUSY = -7
};

typedef struct keel_head {
  uint32_t size;  /* bytes of the whole table, as its author compiled it */
  uint32_t flags; /* per table; 0 unless its header says otherwise */
} keel_head;

typedef struct keel_str { /* borrowed bytes, not NUL-terminated */
  const char* ptr;
  size_t len;
} keel_str;

typedef struct keel_buf { /* borrowed room to write into */
  char* ptr;
  size_t len;
} keel_buf;

typedef struct keel_pair {
  keel_str name, value;
} keel_pair;

typedef struct keel_error { /* on the caller's stack; cold paths only */
  int32_t code;
  uint32_t len;   /* bytes of text, at most sizeof text */
  char text[248]; /* one sentence, no line break, not NUL-terminated */
} keel_error;

/* Writes one sentence into an error and returns its code; cut, not refused, when too long.  e may be NULL. */
static inline keel_status keel_fail(keel_error* e, keel_status code, const char* text) {
  if (e) { /* nullptr in C++ */
    size_t n = strlen(text);
    if (n > sizeof e->text) n = sizeof e->text;
    memcpy(e->text, text, n);
    e->len = (uint32_t)n;
    e->code = code;
  }
  return code;
}

/* Is `member` present in this table?  Ask once in create(), never on a hot path. */
#define KEEL_HAS(type, tab, member) \
  ((tab) != NULL && (tab)->head.size >= offsetof(type, member) + sizeof((tab)->member) && (tab)->member != NULL)

KEEL_END_C
#endif
