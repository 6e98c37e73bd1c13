#include "plugins/types/string/grow.h"

#include <algorithm>

#include "plugins/types/string/value.h"

namespace strings {
namespace {

keel_string g_service{};  // written once, in setup()

keel_status put_raw(keel_ctx* c, keel_ref* r, uint16_t type, Str bytes) noexcept {
  return c->ks->put_bytes(c, r, type, kRaw, keel::str(bytes));
}

}  // namespace

keel_status grow(keel_ctx* c, keel_ref* r, uint16_t type, size_t length) noexcept {
  const Text old(*r);
  const size_t had = old.size(), wanted = std::max(had, length);
  if (wanted <= kEmbedded) {  // it has to be marked as raw, which only a put does
    char text[kEmbedded] = {};
    if (had > 0) memcpy(text, Str{old}.data(), had);
    if (r->rep != KEEL_REP_BYTES || r->enc != kRaw)
      if (const keel_status s = put_raw(c, r, type, {text, wanted}); s != KEEL_OK) return s;
  }
  const bool absent = r->entry == nullptr, in_place = r->rep == KEEL_REP_BYTES;
  if (!in_place)
    if (const keel_status s = put_raw(c, r, type, old); s != KEEL_OK) return s;
  if (const keel_status s = c->ks->resize(c, r, wanted); s != KEEL_OK) {
    if (absent) c->ks->erase(c, r);
    constexpr keel_change kOfForm{0, 0, 0, 1};
    if (!in_place) c->ks->commit(c, r, &kOfForm);
    return s;
  }
  if (wanted > had) memset(r->v.bytes + had, 0, wanted - had);
  return KEEL_OK;
}

const keel_string& service(uint16_t type) noexcept {
  g_service = {{sizeof(keel_string), 0},
               type,
               0,
               [](keel_ctx* c, keel_ref* r, size_t length) noexcept -> keel_status {
                 return grow(c, r, static_cast<uint16_t>(g_service.type), length);
               },
               [](keel_ctx* c, keel_ref* r, keel_str bytes) noexcept -> keel_status {
                 return put_raw(c, r, static_cast<uint16_t>(g_service.type), keel::view(bytes));
               }};
  return g_service;
}

}  // namespace strings
