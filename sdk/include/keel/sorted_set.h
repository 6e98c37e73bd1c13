/* keel/sorted_set.h - sorted sets, for plugins whose commands work on them: a service of the plugin `zset`.
 *
 * Members are bytes, each there once, with a score that is a double and not NaN; -0 may come back as 0.  Reading one
 * member, and all of them, works for any type: find() and iterate() of keel_keyspace. */
#ifndef KEEL_SORTED_SET_H
#define KEEL_SORTED_SET_H
#include "type.h"

KEEL_BEGIN_C

typedef struct keel_scored { /* borrowed until the call returns */
  keel_str member;
  double score;
} keel_scored;

enum {                           /* what put() leaves alone */
       KEEL_SORTED_SET_NEW = 1,  /* members that are there */
       KEEL_SORTED_SET_THERE = 2 /* members that are not there; an absent key stays absent */
};
enum { KEEL_SORTED_SET_UNCHANGED = 0, KEEL_SORTED_SET_ADDED = 1, KEEL_SORTED_SET_UPDATED = 2 };

#define KEEL_SORTED_SET "keel.zset/1"
typedef struct keel_sorted_set { /* of the plugin `zset`; valid until destroy() */
  keel_head head;
  uint32_t type; /* keel_ref.type of sorted sets; known when start() is called */
  uint32_t reserved;
  /* [executor] Gives a member this score, adding it unless flags (KEEL_SORTED_SET_NEW, _THERE) say otherwise, in the
   * value of a ref that write() has filled, absent or a sorted set. *what = KEEL_SORTED_SET_*. The caller commits once
   * when anything was added or updated.  KEEL_OK, KEEL_E_ARG (NaN) or KEEL_E_MEMORY, and nothing has changed. */
  keel_status (*put)(keel_ctx*, keel_ref*, const keel_scored*, uint32_t flags, uint32_t* what) KEEL_NX;
  /* [executor] item(member, empty, score) for the members with a score from `min` on and up to `max`, which belongs to
   * the range unless `without_max` is 1, in order.  KEEL_OK, or what item() returns. An absent ref has none. */
  keel_status (*range)(const keel_ref*, double min, double max, uint32_t without_max, keel_visit*) KEEL_NX;
  /* [executor] Makes a sorted set of these, each member there once, the value of a ref that write() has filled; the
   * expiry is the ref's.  n is at least 1; the caller commits.  KEEL_OK, or KEEL_E_ARG (NaN, or a member twice) or
   * KEEL_E_MEMORY and nothing has changed. */
  keel_status (*store)(keel_ctx*, keel_ref*, const keel_scored*, uint64_t n) KEEL_NX;
} keel_sorted_set;

KEEL_END_C
#endif
