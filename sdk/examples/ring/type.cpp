// The contract of the value type: every function that the server may ever want, for both representations.
#include "type.h"

#include <algorithm>
#include <cstring>

#include "keel/cpp/rdb.hpp"
#include "keel/cpp/rewrite.hpp"
#include "keel/cpp/tables.hpp"
#include "packed.h"

namespace ring {
namespace {

struct Type {
  static constexpr const char* name = "ring";
  static constexpr uint32_t rdb_version = 1;  // no rdb_codes: it is none of Redis' types, and saved by its name

  // capacity, number of members, members: the same for both representations, so that a value saved from one and loaded
  // into the other is the same value.
  static keel_status save(const keel_ref& ref, keel_sink& sink) noexcept {
    keel::RdbWriter out{sink, *g_core};
    out.length(capacity(ref));
    out.length(length(ref));
    each(ref, [&out](Str item) { out.text(item); });
    return out.status();
  }

  static keel_status load(keel_source& source, keel_ref& out, keel_error* error) noexcept {
    keel::RdbReader in{source, *g_core};
    const uint64_t capacity = in.length();
    const uint64_t count = in.count();  // no more than can come: each takes a byte at least
    if (!in.ok() || capacity == 0 || capacity > kMaxCapacity || count > capacity)
      return keel_fail(error, KEEL_E_DATA, "a ring whose sizes make no sense");
    Ring* ring = Ring::make(static_cast<uint32_t>(capacity));
    if (ring == nullptr) return keel_fail(error, KEEL_E_MEMORY, "out of memory");
    const keel_status status = load_items(in, count, *ring);
    if (status != KEEL_OK) {
      Ring::destroy(ring);
      return keel_fail(error, status, status == KEEL_E_MEMORY ? "out of memory" : "a ring that is cut off or damaged");
    }
    out.rep = KEEL_REP_OBJECT;
    out.enc = kObject;
    out.v.object = ring;
    out.word = 0;
    return KEEL_OK;
  }

  static void free(void* object, uint64_t) noexcept { Ring::destroy(static_cast<Ring*>(object)); }
  static uint64_t length(const keel_ref& ref) noexcept {
    if (ref.rep == KEEL_REP_OBJECT) return of(ref).size();
    uint64_t n = 0;
    each(ref, [&n](Str) { ++n; });
    return n;
  }
  static const char* encoding(const keel_ref& ref) noexcept { return ref.rep == KEEL_REP_OBJECT ? "ring" : "packed"; }
  static uint64_t memory(const keel_ref& ref, uint32_t) noexcept {
    return ref.rep == KEEL_REP_OBJECT ? of(ref).memory() : ref.word;
  }
  static uint64_t free_effort(const keel_ref& ref) noexcept {
    return ref.rep == KEEL_REP_OBJECT ? of(ref).size() + 2 : 1;
  }

  static keel_status copy(const keel_ref& from, keel_ref& to) noexcept {
    Ring* ring = Ring::make(of(from).capacity());
    if (ring == nullptr) return KEEL_E_MEMORY;
    for (uint32_t i = 0; i < of(from).size(); ++i) {
      if (ring->push(of(from).at(i))) continue;
      Ring::destroy(ring);
      return KEEL_E_MEMORY;
    }
    to.v.object = ring;
    to.word = 0;
    return KEEL_OK;
  }

  // As commands that make the same value again.
  static keel_status rewrite(const keel_ref& ref, Str key, keel_sink& sink) noexcept {
    keel::CommandWriter out{sink};
    const keel::NumberText cap(static_cast<uint64_t>(capacity(ref)));
    each(ref, [&](Str item) { out.command("RING.PUSH", key, item, "CAP", cap); });
    return out.status();
  }

  // Order matters: each member is mixed in with its place.
  static keel_status digest(const keel_ref& ref, uint8_t* out) noexcept {
    uint64_t h[3] = {capacity(ref), 0x9e3779b97f4a7c15, 0xc2b2ae3d27d4eb4f};
    const auto mix = [&h](uint64_t n) {
      for (uint64_t& x : h) x = ((x ^ n) * 0x100000001b3) ^ (x >> 29);
      h[0] += h[1];
      h[1] += h[2];
    };
    for (size_t i = 0; i < 20; ++i) mix(out[i]);  // what the caller has begun
    each(ref, [&mix](Str item) {
      mix(item.size());
      for (const char c : item) mix(static_cast<unsigned char>(c));
    });
    std::memcpy(out, h, 20);
    return KEEL_OK;
  }

  // cursor: the number of members seen. A ring that is pushed to meanwhile may shift; SCAN promises no more.
  static keel_status iterate(const keel_ref& ref, uint64_t& cursor, uint32_t budget, keel_visit& visit) noexcept {
    const uint64_t size = length(ref);
    uint64_t at = 0, end = std::min(size, cursor + std::max(1u, budget));
    keel_status status = KEEL_OK;
    each(ref, [&](Str item) {
      if (at >= cursor && at < end && status == KEEL_OK) status = visit.item(&visit, keel::str(item), {nullptr, 0}, 0);
      ++at;
    });
    cursor = end >= size ? 0 : end;
    return status;
  }

  static keel_status check(const keel_ref& ref, keel_error* error) noexcept {
    const char* broken = nullptr;
    if (ref.rep == KEEL_REP_OBJECT) {
      broken = of(ref).broken();
    } else if (ref.rep != KEEL_REP_BYTES || !each_packed({ref.v.bytes, ref.word}, [](Str) {})) {
      broken = "malformed bytes";
    }
    return broken == nullptr ? KEEL_OK : keel_fail(error, KEEL_E_DATA, broken);
  }

  static void describe(const keel_ref& ref, keel_info_sink& sink) noexcept {
    const keel::NumberText cap(static_cast<uint64_t>(capacity(ref)));
    sink.field(&sink, keel::str("ring_cap"), keel::str(cap));
  }

 private:
  static const Ring& of(const keel_ref& ref) noexcept { return *static_cast<const Ring*>(ref.v.object); }

  static keel_status load_items(keel::RdbReader& in, uint64_t count, Ring& ring) noexcept {
    for (uint64_t i = 0; i < count && in.ok(); ++i) {
      const keel::Block item = in.text(KEEL_MEMORY_PLUGIN);
      if (in.ok() && item.size() > kMaxItem) in.fail();
      if (in.ok() && !ring.push({item.data(), item.size()})) in.fail(KEEL_E_MEMORY);
    }
    return in.status();
  }
};

}  // namespace

const keel_type kType = keel::type_table<Type>();

}  // namespace ring
