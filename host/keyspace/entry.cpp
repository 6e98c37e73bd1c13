#include "host/keyspace/entry.h"

#include <new>

namespace keel::keyspace {

using base::MemoryTag;

bool Entry::is_long(const EntrySpec& s) noexcept {
  return s.key.size() > kShortKey || (s.rep == KEEL_REP_BYTES && (s.blob != nullptr || s.bytes.size() > kShortKey));
}

size_t Entry::size_of(const EntrySpec& s) noexcept {
  size_t n = kHeader + (is_long(s) ? 8 : 0) + (s.expire_ms >= 0 ? 8 : 0) + s.key.size();
  switch (s.rep) {
    case KEEL_REP_OBJECT:
      return n + 16;
    case KEEL_REP_INT:
      return n + 8;
    case KEEL_REP_BYTES:
      return n + (s.blob != nullptr ? 8 : s.bytes.size());
    default:
      return n;
  }
}

Entry* Entry::make(const EntrySpec& s) noexcept {
  void* block = base::allocate(size_of(s), MemoryTag::kValue);
  if (block == nullptr) return nullptr;
  auto* e = new (block) Entry;
  e->access_type_ = (s.access & kAccessMask) | (static_cast<uint32_t>(s.type) << 24);
  e->rep_enc_ = static_cast<uint8_t>(s.rep | (s.enc << 2));
  const bool beside = s.rep == KEEL_REP_BYTES && s.blob == nullptr;
  e->flags_ = static_cast<uint8_t>((s.expire_ms >= 0 ? kHasExpiry : 0) | (beside ? kBeside : 0) | (s.due ? kDue : 0) |
                                   (is_long(s) ? kLong : 0));
  const size_t bytes = s.rep == KEEL_REP_BYTES ? s.bytes.size() : 0;
  if (is_long(s)) {
    e->key_len_ = e->bytes_len_ = 0;
    store(e->raw() + kHeader, static_cast<uint32_t>(s.key.size()));
    store(e->raw() + kHeader + 4, static_cast<uint32_t>(bytes));
  } else {
    e->key_len_ = static_cast<uint8_t>(s.key.size());
    e->bytes_len_ = static_cast<uint8_t>(bytes);
  }
  if (s.expire_ms >= 0) e->expire_ms(s.expire_ms);
  char* at = e->tail();
  if (s.rep == KEEL_REP_INT) {
    e->number(s.number);
  } else if (s.rep == KEEL_REP_OBJECT) {
    e->object(s.object, s.word);
  } else if (s.blob != nullptr) {
    store(at, s.blob);
  }
  at += e->words();
  std::memcpy(at, s.key.data(), s.key.size());
  if (beside && s.bytes.data() != nullptr) std::memcpy(at + s.key.size(), s.bytes.data(), s.bytes.size());
  return e;
}

void Entry::free_shell() noexcept {
  base::release(this, size(), MemoryTag::kValue);
}

bool Entry::resize_beside(size_t n) noexcept {
  const size_t now = size();
  if (is_long()) return n == bytes_len();  // a long key, with bytes that are not to grow
  if (n > kBesideLimit || base::block_size(now - bytes_len_ + n) != base::block_size(now)) return false;
  bytes_len_ = static_cast<uint8_t>(n);
  return true;
}

void Entry::describe(keel_ref& r) noexcept {
  r.entry = this;
  r.type = type();
  r.rep = rep();
  r.enc = enc();
  r.expire_ms = expire_ms();
  switch (rep()) {
    case KEEL_REP_INT:
      r.v.num = number();
      r.word = 0;
      break;
    case KEEL_REP_BYTES:
      r.v.bytes = bytes();
      r.word = bytes_len();
      break;
    case KEEL_REP_OBJECT:
      r.v.object = object();
      r.word = word();
      break;
    default:
      r.v.num = 0;
      r.word = 0;
  }
}

}  // namespace keel::keyspace
