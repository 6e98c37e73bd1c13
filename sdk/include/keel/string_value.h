/* keel/string_value.h - strings, for plugins whose commands work on them: a service of the plugin `string`.
 *
 * How a string is kept: INT, when its text is the canonical form of a 64-bit integer; else BYTES, which are the text.
 * OBJECT ENCODING of BYTES is embstr up to KEEL_STRING_EMBEDDED of them, unless keel_ref.enc is KEEL_STRING_RAW, and
 * raw beyond. */
#ifndef KEEL_STRING_VALUE_H
#define KEEL_STRING_VALUE_H
#include "keyspace.h"

KEEL_BEGIN_C

enum { KEEL_STRING_PLAIN = 0, KEEL_STRING_RAW = 1 };
enum { KEEL_STRING_EMBEDDED = 44 };

#define KEEL_STRING "keel.string/1"
typedef struct keel_string { /* of the plugin `string`; valid until destroy() */
  keel_head head;
  uint32_t type; /* keel_ref.type of strings; known when start() is called */
  uint32_t reserved;
  /* [executor] Makes the value of a ref that write() has filled, absent or a string, BYTES of `len` or as many more as
   * it has, new ones zero, which may be changed in place until commit(); OBJECT ENCODING is raw from then on. KEEL_OK,
   * and the caller has to commit; or KEEL_E_MEMORY: the text is as it was, and nothing is left to commit. */
  keel_status (*grow)(keel_ctx*, keel_ref*, size_t len) KEEL_NX;
  /* [executor] Makes these bytes the text; the expiry is the ref's. KEEL_OK, or KEEL_E_MEMORY and nothing has changed.
   */
  keel_status (*put)(keel_ctx*, keel_ref*, keel_str) KEEL_NX;
} keel_string;

KEEL_END_C
#endif
