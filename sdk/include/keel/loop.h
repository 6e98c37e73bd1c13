/* keel/loop.h - what a transport asks of the I/O thread it runs on.
 *
 * Completion style only: "do this and run that task when it is done", never "tell me when it is readable", so that
 * epoll and io_uring can both stand behind it.  A task of an operation never runs inside the call that started it. */
#ifndef KEEL_LOOP_H
#define KEEL_LOOP_H
#include "host.h"

KEEL_BEGIN_C

typedef struct keel_loop keel_loop; /* one per I/O thread */
typedef struct keel_file keel_file; /* a descriptor owned by one loop */

/* One operation.  Embed it in your connection; zero it once; alive and in place until its task has run. */
typedef struct keel_op {
  keel_task task;
  int64_t result; /* bytes, or a descriptor, or -errno; 0 of recv = the peer has finished */
  keel_str data;  /* recv into the loop's own buffer: the bytes, valid until the end of this turn of the loop */
  void* impl[1];
} keel_op;
typedef struct keel_timer {
  keel_task task;
  int64_t due_ns; /* of keel_core.clock_ns(); set by the loop */
  void* impl[2];
} keel_timer;

#define KEEL_LOOPS "keel.loop/1"
typedef struct keel_loops {
  keel_head head;
  uint32_t (*count)(void) KEEL_NX;              /* [any] */
  keel_loop* (*at)(uint32_t)KEEL_NX;            /* [any] index below count() */
  keel_loop* (*assign)(void)KEEL_NX;            /* [any] the loop on which the next connection shall live */
  keel_loop* (*current)(void)KEEL_NX;           /* [any] the loop of this thread; NULL = none */
  void (*post)(keel_loop*, keel_task*) KEEL_NX; /* [any] runs the task on that loop, in order of posting per thread */
  /* [loop] one shot; again = moves it; due 0 = cancels it (its task does not run). */
  void (*timer)(keel_loop*, keel_timer*, int64_t due_ns) KEEL_NX;
  /* [loop] takes a descriptor that is non-blocking and close-on-exec; NULL = failed, the descriptor is still yours. */
  keel_file* (*adopt)(keel_loop*, int32_t fd)KEEL_NX;
  /* [loop] repeats: one run of the task per accepted descriptor (non-blocking, close-on-exec), at most `per_turn` in
   * one turn; called again it changes that number.  Errors that pass by themselves (no descriptors, no memory) come
   * once as -errno and are retried later. */
  void (*accept)(keel_file*, keel_op*, uint32_t per_turn) KEEL_NX;
  void (*connect)(keel_file*, keel_op*, const void* sockaddr, uint32_t len) KEEL_NX; /* [loop] */
  /* [loop] one receive.  into.ptr NULL = the loop's own buffer, see keel_op.data. */
  void (*recv)(keel_file*, keel_op*, keel_buf into) KEEL_NX;
  /* [loop] KEEL_OK: all bytes are gone and the task does not run.  KEEL_PENDING: the bytes (not the array) are borrowed
   * until the task runs, with result = their number or -errno.  Below zero: the connection is broken. */
  keel_status (*send)(keel_file*, keel_op*, const keel_str* iov, uint32_t n) KEEL_NX;
  /* [loop] takes the file away; operations on it are dropped: their tasks do not run. */
  void (*close)(keel_file*) KEEL_NX;
  int32_t (*fd)(const keel_file*) KEEL_NX; /* [loop] */
} keel_loops;

KEEL_END_C
#endif
