/* keel/info.h - a section of INFO that a plugin writes. */
#ifndef KEEL_INFO_H
#define KEEL_INFO_H
#include "abi.h"

KEEL_BEGIN_C

typedef struct keel_info_sink { /* the host's; valid during the call */
  keel_head head;
  void* impl;
  /* [executor] One line "name:value".  Bytes that would end the line become spaces. */
  void (*field)(struct keel_info_sink*, keel_str name, keel_str value) KEEL_NX;
} keel_info_sink;

#define KEEL_INFO_SECTION "keel.info-section/1"
typedef struct keel_info_section { /* plugin side: an extension, see keel_registrar */
  keel_head head;
  const char* name; /* in lower case, as INFO takes it: "tls" */
  /* [executor] Writes all of its fields; never blocks. */
  void (*write)(void* self, keel_info_sink*) KEEL_NX;
} keel_info_section;

KEEL_END_C
#endif
