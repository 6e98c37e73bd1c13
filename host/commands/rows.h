// host/commands/rows.h - the rows of the command table that the files of this folder have beside their handlers, and
// the words in which they are written.
#pragma once
#include <span>

#include "keel/cpp/tables.hpp"

namespace keel::commands {

using Rows = std::span<const keel_command>;

Rows delete_rows();       // DEL UNLINK
Rows exists_rows();       // EXISTS TOUCH TYPE
Rows expire_rows();       // EXPIRE PEXPIRE EXPIREAT PEXPIREAT PERSIST
Rows ttl_rows();          // TTL PTTL EXPIRETIME PEXPIRETIME
Rows rename_rows();       // RENAME RENAMENX
Rows copy_rows();         // COPY MOVE
Rows dump_rows();         // DUMP RESTORE
Rows sort_rows();         // SORT SORT_RO
Rows keys_rows();         // KEYS RANDOMKEY DBSIZE
Rows scan_rows();         // SCAN
Rows database_rows();     // SELECT SWAPDB FLUSHDB FLUSHALL
Rows object_rows();       // OBJECT
Rows transaction_rows();  // MULTI EXEC DISCARD WATCH UNWATCH

// Flags and categories that come together.
inline constexpr uint64_t kReading = KEEL_CMD_READONLY;
inline constexpr uint64_t kFastReading = KEEL_CMD_READONLY | KEEL_CMD_FAST;
inline constexpr uint64_t kWriting = KEEL_CMD_WRITE;
inline constexpr uint64_t kFastWriting = KEEL_CMD_WRITE | KEEL_CMD_FAST;

// A row on keys: `arity` as keel_command has it.
consteval Spec words(int32_t arity, uint64_t flags, uint64_t more_categories = 0) {
  return {arity, flags, KEEL_ACL_KEYSPACE | more_categories};
}

}  // namespace keel::commands
