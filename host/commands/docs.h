// host/commands/docs.h - what COMMAND DOCS and the tips of COMMAND INFO say of the commands of this folder.
#pragma once
#include "keel/command.h"

namespace keel::commands::docs {

// docs_keys.cpp
extern const keel_doc copy, del, dump, exists, keys, move, randomkey, rename, renamenx, restore, scan, touch, type,
    unlink;
// docs_sort.cpp
extern const keel_doc sort, sort_ro;

extern const keel_doc object, object_encoding, object_freq, object_help, object_idletime, object_refcount;

// docs_expiry.cpp
extern const keel_doc expire, expireat, expiretime, persist, pexpire, pexpireat, pexpiretime, pttl, ttl;

// docs_databases.cpp
extern const keel_doc dbsize, flushall, flushdb, select, swapdb;

// docs_transaction.cpp
extern const keel_doc discard, exec, multi, unwatch, watch;

}  // namespace keel::commands::docs
