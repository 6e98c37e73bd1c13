/* keel/change_log.h - the change log: what has changed, as commands in RESP, for whoever replays it: an append-only
 * file, replicas, a feed to another system.
 *
 * The log is one stream of bytes with 64-bit offsets that never go back.  It holds commands as clients would send them
 * ("*3\r\n$3\r\nSET\r\n..."), a SELECT before the first one on another database, MULTI before the first and EXEC after
 * the last change of a transaction, and never half a command, or half a transaction, at its end.
 * Replayed in order into a copy of the keyspace, it leads to the same contents: times are absolute, random choices are
 * made.  Nothing is kept while nobody reads; what a reader has not passed stays in memory. */
#ifndef KEEL_CHANGE_LOG_H
#define KEEL_CHANGE_LOG_H
#include "abi.h"

KEEL_BEGIN_C

/* Owned by the plugin, who keeps it where it is from open() to close(). */
typedef struct keel_log_reader {
  /* [executor] Once at the end of a turn in which the log has grown, before the replies of that turn are sent: what it
   * waits for, clients wait for.  May read and advance; opens and closes nothing. */
  void (*grown)(struct keel_log_reader*) KEEL_NX;
  void* impl; /* the host's, from open() to close() */
} keel_log_reader;

#define KEEL_LOG_END UINT64_MAX

#define KEEL_CHANGE_LOG "keel.change-log/1"
typedef struct keel_change_log {
  keel_head head;
  /* [control] before clients are served, [executor] later.  Begins to read at `from`: KEEL_LOG_END, or an offset
   * between begin() and end() that ends a command.  A reader that begins at the end is told the database by a SELECT.
   * KEEL_E_ARG = that offset is not kept. */
  keel_status (*open)(keel_log_reader*, uint64_t from, keel_error*) KEEL_NX;
  /* [any, one call at a time for each reader] Bytes from the reader's position on, valid until advance() passes them;
   * they may end in the middle of a command, and more may follow at once.  len 0 = the reader has all there is. */
  keel_str (*read)(keel_log_reader*) KEEL_NX;
  /* [as read()] Moves the position by n bytes, at most what read() has given. */
  void (*advance)(keel_log_reader*, uint64_t n) KEEL_NX;
  /* [any] Where the reader is. */
  uint64_t (*position)(const keel_log_reader*) KEEL_NX;
  /* [any] The oldest offset that is kept, and the one behind the last byte. */
  uint64_t (*begin)(void) KEEL_NX;
  uint64_t (*end)(void) KEEL_NX;
  /* [executor], [control] after the last client.  No other call about this reader may be under way. */
  void (*close)(keel_log_reader*) KEEL_NX;
} keel_change_log;

KEEL_END_C
#endif
