// keel/cpp/tables.hpp - rows of commands and types, checked by the compiler.
#pragma once
#include <concepts>
#include <cstddef>
#include <iterator>

#include "keel/cpp/ctx.hpp"
#include "keel/plugin.h"
#include "keel/type.h"

namespace keel {

constexpr keel_keyspec keys_at(uint32_t flags, int32_t first, int32_t last, int32_t step = 1) {
  keel_keyspec s{};
  s.flags = flags;
  s.begin = KEEL_BEGIN_INDEX;
  s.find = KEEL_FIND_RANGE;
  s.pos = first;
  s.last = last;
  s.step = step;
  return s;
}
constexpr keel_keyspec one_key(uint32_t flags, int32_t pos = 1) {
  return keys_at(flags, pos, 0);
}

// "numkeys key [key ...]", with the number of keys in word `pos`.
constexpr keel_keyspec counted_keys_at(uint32_t flags, int32_t pos) {
  keel_keyspec s{};
  s.flags = flags;
  s.begin = KEEL_BEGIN_INDEX;
  s.find = KEEL_FIND_KEYNUM;
  s.pos = pos;
  s.first = 1;
  s.step = 1;
  return s;
}

// keel_command.find_keys for such keys; a number below 1 is no list of keys.
template <uint32_t kFlags, uint32_t kPos>
uint32_t find_counted_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  const auto numkeys = kPos < argc ? parse_integer(view(argv[kPos])) : std::nullopt;
  if (!numkeys || *numkeys <= 0 || *numkeys >= int64_t{argc} - kPos) return UINT32_MAX;
  const auto n = static_cast<uint32_t>(*numkeys);
  for (uint32_t i = 0; i < n && i < cap; ++i) out[i] = {kPos + 1 + i, kFlags, 0};
  return n;
}

struct Spec {
  int32_t arity;
  uint64_t flags;
  uint64_t acl = 0;
};

// One row.  `keys` is an array of key specifications with static storage, or absent.
consteval keel_command command(const char* name, keel_handler run, Spec s, const keel_doc* doc = nullptr) {
  if (s.arity == 0) throw "an arity is never zero";  // a compile error, with this text
  return {name, run, s.arity, 0, s.flags, s.acl, nullptr, nullptr, doc, nullptr};
}
template <size_t N>
consteval keel_command command(const char* name, keel_handler run, Spec s, const keel_keyspec (&keys)[N],
                               const keel_doc* doc = nullptr) {
  if (s.arity == 0) throw "an arity is never zero";
  if ((s.flags & KEEL_CMD_WRITE) != 0 && (s.flags & KEEL_CMD_READONLY) != 0) throw "a command is WRITE or READONLY";
  return {name, run, s.arity, N, s.flags, s.acl, keys, nullptr, doc, nullptr};
}

// The same row, with its own way of finding keys.
consteval keel_command keys_by(uint32_t (*find)(const keel_str*, uint32_t, keel_keyref*, uint32_t) noexcept,
                               keel_command row) {
  row.find_keys = find;
  return row;
}
consteval keel_command movable_keys_by(uint32_t (*find)(const keel_str*, uint32_t, keel_keyref*, uint32_t) noexcept,
                                       keel_command row) {
  row.flags |= KEEL_CMD_MOVABLE_KEYS;
  return keys_by(find, row);
}
// The same row, with what fetches ahead of it.
consteval keel_command prefetched_by(uint32_t (*prefetch)(keel_ahead*) noexcept, keel_command row) {
  row.prefetch = prefetch;
  return row;
}
// The same key specification, with a remark that COMMAND INFO shows.
constexpr keel_keyspec with_notes(keel_keyspec spec, const char* notes) {
  return spec.notes = notes, spec;
}

// A type is a struct with the static members that it can offer; what is missing stays NULL in the table.
template <class T>
constexpr keel_type type_table() {
  keel_type t{};
  t.head = {sizeof t, 0};
  t.name = T::name;
  if constexpr (requires { T::rdb_codes; }) t.rdb_codes = T::rdb_codes;
  if constexpr (requires { T::rdb_version; }) t.rdb_version = T::rdb_version;
  t.save = [](const keel_ref* r, keel_sink* s) noexcept -> keel_status { return T::save(*r, *s); };
  t.load = [](keel_source* s, keel_ref* r, keel_error* e) noexcept -> keel_status { return T::load(*s, *r, e); };
  if constexpr (requires(void* o) { T::free(o, uint64_t{}); })
    t.free = [](void* o, uint64_t w) noexcept { T::free(o, w); };
  if constexpr (requires(const keel_ref& r) { T::length(r); })
    t.length = [](const keel_ref* r) noexcept -> uint64_t { return T::length(*r); };
  if constexpr (requires(const keel_ref& r) { T::encoding(r); })
    t.encoding = [](const keel_ref* r) noexcept -> const char* { return T::encoding(*r); };
  if constexpr (requires(const keel_ref& r) { T::memory(r, 0u); })
    t.memory = [](const keel_ref* r, uint32_t n) noexcept -> uint64_t { return T::memory(*r, n); };
  if constexpr (requires(const keel_ref& r) { T::free_effort(r); })
    t.free_effort = [](const keel_ref* r) noexcept -> uint64_t { return T::free_effort(*r); };
  if constexpr (requires(const keel_ref& r, keel_ref& o) { T::copy(r, o); })
    t.copy = [](const keel_ref* r, keel_ref* o) noexcept -> keel_status { return T::copy(*r, *o); };
  if constexpr (requires(const keel_ref& r, Str k, keel_sink& s) { T::rewrite(r, k, s); })
    t.rewrite = [](const keel_ref* r, keel_str k, keel_sink* s) noexcept -> keel_status {
      return T::rewrite(*r, view(k), *s);
    };
  if constexpr (requires(const keel_ref& r, uint8_t* o) { T::digest(r, o); })
    t.digest = [](const keel_ref* r, uint8_t* o) noexcept -> keel_status { return T::digest(*r, o); };
  if constexpr (requires(keel_ref & r, keel_defrag & d, uint64_t & c) { T::defrag(r, d, c); })
    t.defrag = [](keel_ref* r, keel_defrag* d, uint64_t* c) noexcept -> keel_status { return T::defrag(*r, *d, *c); };
  if constexpr (requires(const keel_ref& r, uint64_t& c, keel_visit& v) { T::iterate(r, c, 0u, v); })
    t.iterate = [](const keel_ref* r, uint64_t* c, uint32_t n, keel_visit* v) noexcept -> keel_status {
      return T::iterate(*r, *c, n, *v);
    };
  if constexpr (requires(const keel_ref& r, keel_error* e) { T::check(r, e); })
    t.check = [](const keel_ref* r, keel_error* e) noexcept -> keel_status { return T::check(*r, e); };
  if constexpr (requires(const keel_ref& r) { T::rdb_code(r); })
    t.rdb_code = [](const keel_ref* r) noexcept -> uint32_t { return T::rdb_code(*r); };
  if constexpr (requires(const keel_ref& r, Str m, keel_visit& v) { T::find(r, m, v); })
    t.find = [](const keel_ref* r, keel_str m, keel_visit* v) noexcept -> keel_status {
      return T::find(*r, view(m), *v);
    };
  if constexpr (requires(const keel_ref& r, Ctx c) { T::due(r), T::expire(c); }) {
    t.due = [](const keel_ref* r) noexcept -> int64_t { return T::due(*r); };
    t.expire = handler<T::expire>;
  }
  if constexpr (requires(const keel_ref& r, keel_info_sink& s) { T::describe(r, s); })
    t.describe = [](const keel_ref* r, keel_info_sink* s) noexcept { T::describe(*r, *s); };
  return t;
}

}  // namespace keel
