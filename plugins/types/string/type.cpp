#include "plugins/types/string/type.h"

#include "keel/cpp/digest.hpp"
#include "keel/cpp/rdb.hpp"
#include "keel/cpp/rewrite.hpp"

namespace strings {

keel_status StringType::save(const keel_ref& r, keel_sink& sink) noexcept {
  keel::RdbWriter out(sink, *core);
  if (r.rep == KEEL_REP_INT)
    out.number(r.v.num);
  else
    out.text(Text(r));
  return out.status();
}

keel_status StringType::load(keel_source& source, keel_ref& out, keel_error* error) noexcept {
  keel::RdbReader in(source, *core);
  keel::RdbString loaded = in.string();
  if (in.status() == KEEL_E_MEMORY) return keel_fail(error, in.status(), "no memory for a string");
  if (!in.ok()) return keel_fail(error, in.status(), "a string is malformed or cut off");
  out.enc = kPlain;
  if (loaded.number) {
    out.rep = KEEL_REP_INT;
    out.v.num = *loaded.number;
    out.word = 0;
  } else {
    out.rep = KEEL_REP_BYTES;
    out.word = loaded.bytes.size();
    out.v.bytes = loaded.bytes.release();
  }
  return KEEL_OK;
}

uint64_t StringType::length(const keel_ref&) noexcept {
  return 1;
}

const char* StringType::encoding(const keel_ref& r) noexcept {
  if (r.rep == KEEL_REP_INT) return "int";
  return keel::is_raw(r) ? "raw" : "embstr";
}

uint64_t StringType::memory(const keel_ref&, uint32_t) noexcept {
  return 0;
}  // the host owns all of it

keel_status StringType::rewrite(const keel_ref& r, Str key, keel_sink& resp) noexcept {
  keel::CommandWriter out(resp);
  out.command("SET", key, Text(r));
  return out.status();
}

keel_status StringType::digest(const keel_ref& r, uint8_t out[20]) noexcept {
  keel::digest_value(out, 0, [&r](keel::Digest& digest) { keel::digest_mix(digest, Text(r)); });
  return KEEL_OK;
}

keel_status StringType::check(const keel_ref& r, keel_error* error) noexcept {
  if (r.enc > kRaw) return keel_fail(error, KEEL_E_DATA, "a string has an encoding that does not exist");
  if (r.rep == KEEL_REP_INT)
    return r.enc == kPlain ? KEEL_OK : keel_fail(error, KEEL_E_DATA, "an integer is marked as raw");
  if (r.rep != KEEL_REP_BYTES) return keel_fail(error, KEEL_E_DATA, "a string is neither an integer nor bytes");
  if (r.word > 0 && r.v.bytes == nullptr) return keel_fail(error, KEEL_E_DATA, "a string has a length but no bytes");
  return KEEL_OK;
}

}  // namespace strings
