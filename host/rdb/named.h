// host/rdb/named.h - values of types that have no number in RDB: as values of a module "keelvalue", version 1; their
// parts are in keel/type.h at KEEL_RDB_NAMED.
#pragma once
#include <string_view>

#include "keel/type.h"

namespace keel::rdb {

// Saves a value with its frame, without the type code. KEEL_OK, KEEL_E_MEMORY, or what the type's save() returns.
// [executor|snapshot]
keel_status save_named(const keel_type& type, const keel_ref& value, keel_sink& to) noexcept;

struct NamedValue {
  std::string_view type;     // its name
  uint32_t version = 0;      // rdb_version of the type that saved it
  std::string_view payload;  // what save() wrote: when it is in one piece, where it lies; else joined in `room`
  size_t used = 0;           // bytes of the whole frame
};
// Reads a frame from untrusted bytes. `room` is used for values in several pieces, and has to have the size of `bytes`.
// False = malformed, or of another module. [any]
bool read_named(std::string_view bytes, char* room, NamedValue& out) noexcept;

}  // namespace keel::rdb
