#include "plugins/types/stream/type.h"

#include "keel/cpp/digest.hpp"

namespace streams {
namespace {

const Stream& of(const keel_ref& r) noexcept {
  return *static_cast<const Stream*>(r.v.object);
}

}  // namespace

void StreamType::free(void* object, uint64_t) noexcept {
  Stream::destroy(static_cast<Stream*>(object));
}

const char* StreamType::encoding(const keel_ref&) noexcept {
  return "stream";
}

uint64_t StreamType::memory(const keel_ref& r, uint32_t) noexcept {
  return of(r).memory();
}

uint64_t StreamType::free_effort(const keel_ref& r) noexcept {
  return of(r).allocations();
}

keel_status StreamType::copy(const keel_ref& from, keel_ref& out) noexcept {
  out.v.object = of(from).copy();
  out.word = 0;
  return out.v.object != nullptr ? KEEL_OK : KEEL_E_MEMORY;
}

keel_status StreamType::digest(const keel_ref& r, uint8_t out[20]) noexcept {
  keel::digest_value(out, 6, [&r](keel::Digest& digest) {
    of(r).each({}, kLastId, [&digest](const BlockReader& block, const Entry& e) {
      keel::digest_mix(digest, IdText(e.id, '.'));
      block.each(e, [&digest](const listpack::Element& name, const listpack::Element& value) {
        char digits[20];
        keel::digest_mix(digest, name.text(digits));
        keel::digest_mix(digest, value.text(digits));
      });
      return true;
    });
  });
  return KEEL_OK;
}

// Blocks and the index over them; groups stay where they are.
keel_status StreamType::defrag(keel_ref& r, keel_defrag& defrag, uint64_t& cursor) noexcept {
  auto& s = *static_cast<Stream*>(r.v.object);
  const auto move = [&defrag](void* p, size_t n) { return defrag.move(&defrag, p, n); };
  do {
    const auto chunk = static_cast<uint32_t>(cursor);
    s.blocks.relocate(chunk, move);
    for (IdMap<Block>::Place p{chunk, 0}; p.chunk == chunk && p != s.blocks.end(); p = s.blocks.next(p)) {
      Block& b = s.blocks.at(p);
      if (void* moved = move(b.bytes, b.room)) b.bytes = static_cast<char*>(moved);
    }
    cursor = chunk + 1 < s.blocks.chunks() ? chunk + 1 : 0;
  } while (cursor != 0 && core->clock_ns() < defrag.deadline_ns);
  return cursor == 0 ? KEEL_OK : KEEL_PENDING;
}

keel_status StreamType::check(const keel_ref& r, keel_error* error) noexcept {
  if (r.rep != KEEL_REP_OBJECT) return keel_fail(error, KEEL_E_DATA, "a stream is no object");
  const char* why = of(r).broken();
  return why == nullptr ? KEEL_OK : keel_fail(error, KEEL_E_DATA, why);
}

}  // namespace streams
