/* keel/blocking.h - commands that wait for keys: "take the first element, and wait for one while there is none".
 *
 * A handler that finds nothing fills a keel_wait and ends with
 *
 *     return ctx->exec->block(ctx, &wait);
 *
 * having written no reply.  The host keeps the words of the command, and runs the handler again when one of these keys
 * is ready, with KEEL_CTX_WOKEN in ctx->flags; woken_by() says which key.  Then it looks at that key alone: it replies
 * and returns KEEL_OK, or calls block() again and goes on waiting as before, in its old place and until its old
 * deadline. It must have changed nothing when it goes on waiting.
 *
 * A key is ready when it was created (also by RENAME, COPY, MOVE, SWAPDB ...) or changed with KEEL_CHANGE_SIGNAL, and
 * has a value of the type that is waited for.  Those who wait for a key are run in the order in which they came, after
 * the command, or the whole transaction, that made it ready, and while the key is there.  What they change may make
 * other keys ready; those come next.
 *
 * What a handler writes goes to the client that waited, and what it changes to the change log: as its words, so a
 * command that waits says what it did instead (propagate: "LPOP key").  It ends without being run again at its
 * deadline, by CLIENT UNBLOCK, and with its connection.  In a transaction nobody waits: block() replies as at the
 * deadline.
 *
 * The functions are the last ones of keel_exec. */
#ifndef KEEL_BLOCKING_H
#define KEEL_BLOCKING_H
#include "command.h"

KEEL_BEGIN_C

enum {
  KEEL_WAIT_GONE = 1 /* run again also when a key has been removed, or has got a value of another type: to reply an
                        error (XREADGROUP), or to go on waiting */
};

typedef struct keel_wait { /* read while block() runs */
  uint32_t size, flags;    /* sizeof(keel_wait), KEEL_WAIT_* */
  const uint32_t* keys;    /* the keys that are waited for, as indices in ctx->keys; NULL = all of them */
  uint32_t nkeys;
  uint16_t type; /* of the values that are waited for, as the registrar numbered it; 0 = any */
  uint16_t reserved;
  int64_t deadline_ms;  /* Unix time; 0 = none */
  keel_str at_deadline; /* the reply when the time is up, in the protocol that the client speaks */
  const keel_str* argv; /* words to be run again with, when they are others than the command's (XREAD: an ID instead of
                           "$"); the same number of keys in the same order.  NULL = those of the command. Copied. */
  uint32_t argc, reserved2;
} keel_wait;

/* What a timeout counts, for keel_exec.timeout(). */
enum { KEEL_TIMEOUT_SECONDS = 1, KEEL_TIMEOUT_MILLISECONDS = 2 };

KEEL_END_C
#endif
