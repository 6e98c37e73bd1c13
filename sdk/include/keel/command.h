/* keel/command.h - what a command handler sees, and the rows of the command table. */
#ifndef KEEL_COMMAND_H
#define KEEL_COMMAND_H
#include "abi.h"

KEEL_BEGIN_C

typedef struct keel_ctx keel_ctx;
typedef struct keel_ref keel_ref;
struct keel_keyspace;
struct keel_wait;

/* [executor] Writes exactly one reply and returns KEEL_OK, or waits; see blocking.h.  Never holds up the server, never
 * keeps a view beyond its return. */
typedef keel_status (*keel_handler)(keel_ctx*) KEEL_NX;

typedef struct keel_keyref { /* a key of the command, found and hashed on the I/O thread */
  uint32_t arg;              /* index in argv */
  uint32_t flags;            /* KEEL_KEY_* */
  uint64_t hash;
} keel_keyref;

/* Kinds of aggregate for close_array(); in RESP2 every one is an array, and a map counts twice. */
enum { KEEL_ARRAY = 0, KEEL_SET = 1, KEEL_MAP = 2, KEEL_PUSH = 3 };

#define KEEL_EXEC "keel.exec/1"
typedef struct keel_exec { /* host side; [executor] all of them */
  keel_head head;
  /* Reply bytes that missed the cursor: the slow path of keel_put(). */
  void (*write)(keel_ctx*, const char*, size_t) KEEL_NX;
  /* The value (INT or BYTES) as a bulk string. Big ones are pinned and sent from where they lie. */
  void (*reply_ref)(keel_ctx*, const keel_ref*) KEEL_NX;
  /* "ERR text" without the leading '-' and the line end; control characters become spaces; counted in errorstats. */
  void (*reply_error)(keel_ctx*, keel_str) KEEL_NX;
  /* An aggregate whose length is not known yet: n elements (pairs, for a map) were written since open_array() gave
   * `mark`. Aggregates may nest. */
  uint64_t (*open_array)(keel_ctx*) KEEL_NX;
  void (*close_array)(keel_ctx*, uint64_t mark, uint32_t kind, uint64_t n) KEEL_NX;
  /* What the change log gets instead of the command as it was sent; may be called several times, argc 0 = nothing.
   * Worth building only when ctx->listeners has KEEL_LISTEN_LOG. */
  void (*propagate)(keel_ctx*, const keel_str* argv, uint32_t argc) KEEL_NX;
  /* A limit that the operator has set; 0 = no such limit is known. */
  uint64_t (*limit)(keel_ctx*, uint32_t which) KEEL_NX;
  /* Waiting for keys; blocking.h tells how. KEEL_BLOCKED = the client waits; KEEL_OK = it may not wait, and the reply
   * of the deadline is written; KEEL_E_ARG, KEEL_E_MEMORY = an error reply is written, which is the handler's reply.
   * The handler returns what block() returns, an error as KEEL_OK. */
  keel_status (*block)(keel_ctx*, const struct keel_wait*) KEEL_NX;
  /* The key that is ready, as index in ctx->keys; UINT32_MAX = the command is run for the first time. */
  uint32_t (*woken_by)(const keel_ctx*) KEEL_NX;
  /* A timeout as clients say it, in KEEL_TIMEOUT_* of blocking.h, as a deadline: Unix ms, 0 = none. KEEL_E_ARG = it
   * makes no sense, and the error reply is written. Seconds may have a fraction. */
  keel_status (*timeout)(keel_ctx*, keel_str word, uint32_t unit, int64_t* deadline_ms) KEEL_NX;
} keel_exec;

enum { KEEL_LIMIT_BULK = 1 }; /* proto-max-bulk-len: the longest string, in bytes */

enum {
  KEEL_CTX_RESP3 = 1,
  KEEL_CTX_MULTI = 2,
  KEEL_CTX_SCRIPT = 4,
  KEEL_CTX_LOADING = 8,
  KEEL_CTX_REPLAY = 16,
  KEEL_CTX_WOKEN = 32 /* the command has waited; see blocking.h */
};
enum { KEEL_LISTEN_LOG = 1, KEEL_LISTEN_EVENTS = 2 };

struct keel_ctx {                 /* read inline, so frozen for ABI 1: two cache lines */
  char *out, *out_end;            /*   0 reply cursor: most replies cost no host call */
  const keel_str* argv;           /*  16 views into the read buffer, valid until the handler returns */
  uint32_t argc, flags;           /*  24 KEEL_CTX_* */
  const keel_keyref* keys;        /*  32 */
  uint32_t nkeys, listeners;      /*  40 KEEL_LISTEN_* */
  int64_t now_ms;                 /*  48 Unix time; one clock for the whole command */
  uint64_t dirty;                 /*  56 changes that commit() has counted in this command */
  void* shard;                    /*  64 reserved: this plugin's state for one keyspace of several */
  void* self;                     /*  72 this plugin */
  const keel_exec* exec;          /*  80 */
  const struct keel_keyspace* ks; /*  88 */
  void* impl;                     /*  96 the host's */
  uint64_t reserved[3];           /* 104 */
};

static inline void keel_put(keel_ctx* c, const char* p, size_t n) {
  if ((size_t)(c->out_end - c->out) >= n) {
    memcpy(c->out, p, n);
    c->out += n;
  } else {
    c->exec->write(c, p, n);
  }
}
static inline void keel_reply_ok(keel_ctx* c) {
  keel_put(c, "+OK\r\n", 5);
}

/* -- the command table ------------------------------------------------------------------------------------------- */

enum { /* flags, as COMMAND INFO names them */
       KEEL_CMD_WRITE = 1 << 0,
       KEEL_CMD_READONLY = 1 << 1,
       KEEL_CMD_DENYOOM = 1 << 2,
       KEEL_CMD_ADMIN = 1 << 3,
       KEEL_CMD_PUBSUB = 1 << 4,
       KEEL_CMD_NOSCRIPT = 1 << 5,
       KEEL_CMD_BLOCKING = 1 << 6,
       KEEL_CMD_LOADING = 1 << 7,
       KEEL_CMD_STALE = 1 << 8,
       KEEL_CMD_SKIP_MONITOR = 1 << 9,
       KEEL_CMD_SKIP_SLOWLOG = 1 << 10,
       KEEL_CMD_ASKING = 1 << 11,
       KEEL_CMD_FAST = 1 << 12,
       KEEL_CMD_NO_AUTH = 1 << 13,
       KEEL_CMD_MAY_REPLICATE = 1 << 14, /* READONLY, and may change a value all the same, as PFCOUNT; not shown */
       KEEL_CMD_NO_MANDATORY_KEYS = 1 << 15,
       KEEL_CMD_PROTECTED = 1 << 16, /* behind enable-debug-command and the like; not shown */
       KEEL_CMD_NO_ASYNC_LOADING = 1 << 17,
       KEEL_CMD_NO_MULTI = 1 << 18,
       KEEL_CMD_MOVABLE_KEYS = 1 << 19, /* needs find_keys */
       KEEL_CMD_ALLOW_BUSY = 1 << 20
};

enum { /* ACL categories; the host adds those that flags imply (read, write, fast, slow, admin, dangerous, ...) */
       KEEL_ACL_KEYSPACE = 1 << 0,
       KEEL_ACL_READ = 1 << 1,
       KEEL_ACL_WRITE = 1 << 2,
       KEEL_ACL_SET = 1 << 3,
       KEEL_ACL_SORTEDSET = 1 << 4,
       KEEL_ACL_LIST = 1 << 5,
       KEEL_ACL_HASH = 1 << 6,
       KEEL_ACL_STRING = 1 << 7,
       KEEL_ACL_BITMAP = 1 << 8,
       KEEL_ACL_HYPERLOGLOG = 1 << 9,
       KEEL_ACL_GEO = 1 << 10,
       KEEL_ACL_STREAM = 1 << 11,
       KEEL_ACL_PUBSUB = 1 << 12,
       KEEL_ACL_ADMIN = 1 << 13,
       KEEL_ACL_FAST = 1 << 14,
       KEEL_ACL_SLOW = 1 << 15,
       KEEL_ACL_BLOCKING = 1 << 16,
       KEEL_ACL_DANGEROUS = 1 << 17,
       KEEL_ACL_CONNECTION = 1 << 18,
       KEEL_ACL_TRANSACTION = 1 << 19,
       KEEL_ACL_SCRIPTING = 1 << 20
};

enum { /* key flags, as COMMAND INFO names them */
       KEEL_KEY_RO = 1 << 0,
       KEEL_KEY_RW = 1 << 1,
       KEEL_KEY_OW = 1 << 2,
       KEEL_KEY_RM = 1 << 3,
       KEEL_KEY_ACCESS = 1 << 4,
       KEEL_KEY_UPDATE = 1 << 5,
       KEEL_KEY_INSERT = 1 << 6,
       KEEL_KEY_DELETE = 1 << 7,
       KEEL_KEY_NOT_KEY = 1 << 8,
       KEEL_KEY_INCOMPLETE = 1 << 9,
       KEEL_KEY_VARIABLE_FLAGS = 1 << 10
};

enum { KEEL_BEGIN_INDEX = 1, KEEL_BEGIN_KEYWORD = 2, KEEL_BEGIN_UNKNOWN = 3 };
enum { KEEL_FIND_RANGE = 1, KEEL_FIND_KEYNUM = 2, KEEL_FIND_UNKNOWN = 3 };

typedef struct keel_keyspec { /* the vocabulary of COMMAND INFO's key specifications */
  uint32_t flags;             /* KEEL_KEY_* */
  uint8_t begin, find;        /* KEEL_BEGIN_*, KEEL_FIND_* */
  uint16_t reserved;
  int32_t pos;               /* BEGIN_INDEX: word of the first key; BEGIN_KEYWORD: word to search from */
  const char* keyword;       /* BEGIN_KEYWORD */
  int32_t last, step, limit; /* FIND_RANGE; last is relative to the first key, negative counts from the end */
  int32_t count_at, first;   /* FIND_KEYNUM, relative to the beginning; step as above */
  int32_t reserved2;
  const char* notes; /* or NULL */
} keel_keyspec;

enum { /* types of arguments, as COMMAND DOCS names them */
       KEEL_ARG_STRING = 0,
       KEEL_ARG_INTEGER = 1,
       KEEL_ARG_DOUBLE = 2,
       KEEL_ARG_KEY = 3,
       KEEL_ARG_PATTERN = 4,
       KEEL_ARG_UNIX_TIME = 5,
       KEEL_ARG_PURE_TOKEN = 6,
       KEEL_ARG_ONEOF = 7,
       KEEL_ARG_BLOCK = 8
};
enum { KEEL_ARG_OPTIONAL = 1, KEEL_ARG_MULTIPLE = 2, KEEL_ARG_MULTIPLE_TOKEN = 4 };

typedef struct keel_doc_arg {
  const char *name, *token, *since, *deprecated_since; /* all but name may be NULL */
  uint16_t type, flags;                                /* KEEL_ARG_* */
  int16_t key_spec; /* index of the key specification that finds it; -1 = it is no key */
  uint16_t nsub;
  const struct keel_doc_arg* sub;
} keel_doc_arg;

typedef struct keel_doc_history {
  const char *since, *change;
} keel_doc_history;

enum { KEEL_DOC_DEPRECATED = 1, KEEL_DOC_SYSCMD = 2 };

typedef struct keel_doc { /* cold: COMMAND DOCS */
  uint32_t size, flags;   /* sizeof(keel_doc), KEEL_DOC_* */
  const char *summary, *since, *group, *complexity;
  const char *deprecated_since, *replaced_by; /* may be NULL */
  const char* const* tips;                    /* "nondeterministic_output", ...; ends with NULL; may be NULL */
  const keel_doc_history* history;            /* ends with since == NULL; may be NULL */
  const keel_doc_arg* args;
  uint32_t nargs, reserved;
} keel_doc;

/* A command that comes soon; see keel_command.prefetch. */
typedef struct keel_ahead {
  void* self;            /* as in keel_ctx */
  const keel_ref* value; /* of the first key of the command: an OBJECT of any type */
  const keel_str* argv;
  uint32_t argc;
  uint32_t step;    /* 0, then 1, ... */
  uint64_t memo[2]; /* the plugin's, from step to step; zero at first */
} keel_ahead;

typedef struct keel_command {
  const char* name; /* "SET"; a subcommand is "CONFIG|GET", after its container "CONFIG" (run may be NULL there) */
  keel_handler run;
  int32_t arity; /* -3 = at least 3 words, command name included */
  uint32_t nkeyspecs;
  uint64_t flags; /* KEEL_CMD_* */
  uint64_t acl;   /* KEEL_ACL_* */
  const keel_keyspec* keyspecs;
  /* [any] For KEEL_CMD_MOVABLE_KEYS, and for specifications with KEEL_KEY_VARIABLE_FLAGS: writes at most cap keys (hash
   * left 0), returns how many there are; UINT32_MAX = the arguments make no sense. */
  uint32_t (*find_keys)(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) KEEL_NX;
  const keel_doc* doc; /* or NULL */
  /* [executor] Optional, for commands that look for one thing in a big value. Several commands have come together, this
   * one is among the next, and what it needs is far from the processor: each step asks for one line more
   * (keel/cpp/prefetch.hpp) and reads only what the steps before have asked for; between two steps the other commands
   * have theirs, so that all wait at the same time. Changes nothing. Returns whether there is a next step; four are
   * made at most. The command may find another value, or none, when it runs. */
  uint32_t (*prefetch)(keel_ahead*) KEEL_NX;
} keel_command;

KEEL_END_C
#endif
