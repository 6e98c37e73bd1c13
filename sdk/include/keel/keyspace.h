/* keel/keyspace.h - reading and changing keys from a command handler. */
#ifndef KEEL_KEYSPACE_H
#define KEEL_KEYSPACE_H
#include "command.h"

KEEL_BEGIN_C

/* Three representations; a type may use all of them.
 *   INT     a 64-bit integer inside the entry
 *   BYTES   bytes that the host owns: beside the key in one allocation while they are small, else in a block of their
 *           own that can be shared with a reply under way
 *   OBJECT  a pointer and one word, owned by the plugin */
enum { KEEL_REP_NONE = 0, KEEL_REP_INT = 1, KEEL_REP_BYTES = 2, KEEL_REP_OBJECT = 3 };

struct keel_ref { /* 48 bytes on the handler's stack; filled by one call; no allocation, nothing to close */
  void* entry;    /* opaque; NULL when the key is absent */
  union {
    int64_t num;
    char* bytes;
    void* object;
  } v;
  uint64_t word;     /* BYTES: length; OBJECT: the plugin's own word */
  int64_t expire_ms; /* Unix time; -1 = none */
  uint16_t type;     /* as the registrar numbered it */
  uint8_t rep, enc;  /* KEEL_REP_*; enc (0..63) belongs to the type */
  uint32_t key;      /* index in ctx->keys */
  uint64_t stamp;    /* the host's: when it was filled, so that a ref which a later change has made stale is known */
};

enum {
  KEEL_CHANGE_SIGNAL = 1,         /* wake those who wait for this key; a key that is created wakes them anyway */
  KEEL_CHANGE_ERASE_IF_EMPTY = 2, /* the type's length() is asked; 0 removes the key and its event "del" is sent */
  KEEL_CHANGE_DUE = 4,            /* the type's due() may be earlier than before */
  KEEL_CHANGE_FORM = 8,       /* only the form of the value has changed, nothing that a command shows: it counts as no
                                 change, and nobody is told */
  KEEL_CHANGE_UNWATCHED = 16, /* what stands beside the value has changed, as the groups of a stream: it counts, and
                                 WATCH and client tracking do not see it */
  KEEL_CHANGE_UNCOUNTED = 32  /* WATCH, tracking and events see it although the value is as it was: it counts as no
                                 change, and the log does not get it */
};
typedef struct keel_change {
  uint32_t event; /* from keel_core.event(); 0 = none */
  uint32_t then;  /* a second event ("expire" after "set"); 0 = none */
  uint32_t flags; /* KEEL_CHANGE_* */
  uint32_t count; /* added to the dirty counter; at least 1, unless it is UNCOUNTED */
} keel_change;

struct keel_visit; /* type.h */

#define KEEL_KEYSPACE "keel.keyspace/1"
typedef struct keel_keyspace { /* host side; [executor] all of them */
  keel_head head;
  /* `key` indexes ctx->keys, so the hash is already there and the bucket already in the cache.  A key past its time is
   * absent.  read() counts a hit or a miss and touches the access clock. KEEL_OK or KEEL_ABSENT; ref is filled either
   * way. */
  keel_status (*read)(keel_ctx*, uint32_t key, keel_ref*) KEEL_NX;
  /* As read(), without counting hits; an OBJECT may be changed in place until commit(), BYTES after a resize(). */
  keel_status (*write)(keel_ctx*, uint32_t key, keel_ref*) KEEL_NX;
  /* What changes a key returns KEEL_E_ARG, and nothing has changed, where the server runs with `check-plugins yes` and
   * sees a rule broken: the command is not marked WRITE, the key is none of ctx->keys, or the ref is stale, as it was
   * filled before another ref has changed the key, or in another command. */
  /* The put functions create or replace the value of a ref that write() has filled, free what was there, set the
   * expiry to ref->expire_ms, and fill the ref anew.  KEEL_OK or KEEL_E_MEMORY (nothing changed). */
  keel_status (*put_int)(keel_ctx*, keel_ref*, uint16_t type, uint8_t enc, int64_t) KEEL_NX;
  keel_status (*put_bytes)(keel_ctx*, keel_ref*, uint16_t type, uint8_t enc, keel_str) KEEL_NX; /* copies */
  keel_status (*put_arg)(keel_ctx*, keel_ref*, uint16_t type, uint8_t enc,
                         uint32_t arg) KEEL_NX; /* a big one is adopted */
  keel_status (*put_object)(keel_ctx*, keel_ref*, uint16_t type, uint8_t enc, void*,
                            uint64_t word) KEEL_NX; /* takes it */
  /* BYTES only: changes the length in place (the same length is fine); a new tail is not initialised; growth reserves
   * room ahead.  From then on the bytes are this key's alone: before, a reply under way may still be sending them. */
  keel_status (*resize)(keel_ctx*, keel_ref*, size_t len) KEEL_NX;
  /* Removes the key; frees the value now, or on a worker when it is big.  The ref becomes absent. */
  keel_status (*erase)(keel_ctx*, keel_ref*) KEEL_NX;
  /* Sets the expiry; -1 removes it.  Refs to the same key must be read again. */
  keel_status (*expire)(keel_ctx*, keel_ref*, int64_t at_ms) KEEL_NX;
  /* Exactly once after each mutation of a key, put, erase and expire included: dirty counter, WATCH, client tracking,
   * keyspace events, wake-ups. */
  void (*commit)(keel_ctx*, keel_ref*, const keel_change*) KEEL_NX;
  /* Keys computed at run time, outside ctx->keys; read only. */
  keel_status (*read_named)(keel_ctx*, keel_str key, keel_ref*) KEEL_NX;
  /* Values of any type, those of other plugins as well: what keel_type has under these names.  KEEL_E_TYPE = the type
   * does not offer it, or the ref is absent. */
  const char* (*type_name)(keel_ctx*, const keel_ref*)KEEL_NX; /* NULL = absent */
  uint64_t (*length)(keel_ctx*, const keel_ref*) KEEL_NX;      /* 0 where the type does not offer it */
  keel_status (*iterate)(keel_ctx*, const keel_ref*, uint64_t* cursor, uint32_t budget, struct keel_visit*) KEEL_NX;
  keel_status (*find)(keel_ctx*, const keel_ref*, keel_str member, struct keel_visit*) KEEL_NX;
} keel_keyspace;

KEEL_END_C
#endif
