/* keel/option.h - one row per directive of the configuration, declared by whoever owns it.
 *
 * From these rows come the check of the YAML file, CONFIG GET/SET/REWRITE, the command line and the documented
 * default file. */
#ifndef KEEL_OPTION_H
#define KEEL_OPTION_H
#include "abi.h"

KEEL_BEGIN_C

enum {
  KEEL_OPTION_BOOL = 1,    /* yes / no */
  KEEL_OPTION_INTEGER = 2, /* min .. max */
  KEEL_OPTION_MEMORY = 3,  /* bytes, with the units k kb m mb g gb; min .. max */
  KEEL_OPTION_STRING = 4,  /* min .. max bytes of length; max 0 = any length */
  KEEL_OPTION_ENUM = 5,    /* one of choices */
  KEEL_OPTION_OCTAL = 6,   /* a file mode, written in octal digits ("755"); its value is in min .. max */
  KEEL_OPTION_LIST = 7     /* words separated by spaces; in YAML a sequence, too */
};
enum {
  KEEL_OPTION_MUTABLE = 1, /* CONFIG SET may change it; without it only the file and the command line may */
  KEEL_OPTION_SECRET = 2,  /* kept out of logs and of `keel check`; may be {file: ...} or {env: ...} in YAML */
  KEEL_OPTION_PERCENT = 4  /* MEMORY only: "n%" is allowed too and arrives as -n */
};

typedef struct keel_option {
  const char* name;           /* the classic directive: "tls-port"; NULL ends a table */
  const char* initial;        /* default, in the form that CONFIG GET gives */
  const char* doc;            /* one line */
  uint32_t type, flags;       /* KEEL_OPTION_* */
  int64_t min, max;           /* inclusive */
  const char* const* choices; /* ENUM: ends with NULL */
  /* [control|executor] takes a value that has passed the checks above, in the form that CONFIG GET gives (numbers in
   * decimal, OCTAL in octal digits); called once before start() and then whenever it changes.  A refusal leaves the old
   * value in force, and its text becomes the reply of CONFIG SET.  NULL = nothing to be told (listener options). */
  keel_status (*apply)(void* self, keel_str value, keel_error*) KEEL_NX;
  /* An older name of the same option, which CONFIG takes and shows as well; or NULL. */
  const char* other_name KEEL_ZERO;
} keel_option;

KEEL_END_C
#endif
