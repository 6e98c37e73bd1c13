#include "host/rdb/payload.h"

#include "host/rdb/crc64.h"
#include "host/rdb/value.h"
#include "keel/cpp/stream.hpp"

namespace keel::rdb {
namespace {

constexpr size_t kVersionSize = 2, kChecksumSize = 8, kFooter = kVersionSize + kChecksumSize;

void little_endian(Writer& out, uint64_t n, size_t width) noexcept {
  for (size_t i = 0; i < width; ++i) out.byte(static_cast<uint8_t>(n >> (8 * i)));
}

}  // namespace

keel_status write_payload(const keel_type& type, const keel_ref& value, BlobSink& to) noexcept {
  const uint8_t code = code_of(type, value);
  Writer out(to.face());
  out.byte(code);
  if (out.ok())
    if (const keel_status saved = save_value(type, value, to.face()); saved != KEEL_OK) return saved;
  little_endian(out, version_with(code), kVersionSize);
  little_endian(out, crc64(to.bytes()), kChecksumSize);
  return out.status();
}

keel_status write_with_checksum(std::string_view payload, BlobSink& to) noexcept {
  Writer out(to.face());
  out.bytes(payload.substr(0, payload.size() - kChecksumSize));
  little_endian(out, crc64(to.bytes()), kChecksumSize);
  return out.status();
}

std::optional<Payload> open_payload(std::string_view bytes, bool check) noexcept {
  if (bytes.size() < 1 + kFooter) return std::nullopt;
  const std::string_view checked = bytes.substr(0, bytes.size() - kChecksumSize);
  keel_source footer = memory_source(bytes.substr(bytes.size() - kFooter));
  Reader in(footer);
  const auto version = static_cast<uint32_t>(in.integer(kVersionSize, false));
  if (version > kNewestVersion) return std::nullopt;
  if (check && in.integer(kChecksumSize, false) != crc64(checked)) return std::nullopt;
  return Payload{static_cast<uint8_t>(bytes[0]), version, bytes.substr(1, bytes.size() - kFooter - 1)};
}

}  // namespace keel::rdb
