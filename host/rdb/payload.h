// host/rdb/payload.h - what DUMP replies and RESTORE takes: the type code, the value, the RDB version in two bytes and
// the CRC-64 of all before it in eight, both from the lowest byte up.
#pragma once
#include <optional>
#include <string_view>

#include "host/rdb/blob_sink.h"

namespace keel::rdb {

// A payload of this value. KEEL_OK, KEEL_E_MEMORY, or what the type's save() returns. [executor]
keel_status write_payload(const keel_type& type, const keel_ref& value, BlobSink& to) noexcept;

struct Payload {
  uint8_t code;
  uint32_t version;
  std::string_view value;
};
// Nothing = the checksum is wrong, unless nobody looks at it; the version is newer than kNewestVersion, or it is too
// short. [any]
std::optional<Payload> open_payload(std::string_view bytes, bool check = true) noexcept;
// One that open_payload() takes, with the checksum that it should have. KEEL_OK or KEEL_E_MEMORY. [any]
keel_status write_with_checksum(std::string_view payload, BlobSink& to) noexcept;

}  // namespace keel::rdb
