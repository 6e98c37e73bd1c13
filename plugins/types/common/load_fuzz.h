// plugins/types/common/load_fuzz.h - what the fuzz targets of the types share: bytes as a saved value.  What load()
// takes has to be a value in every sense, and to come back from what it is saved as.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "keel/cpp/digest.hpp"
#include "keel/type.h"

namespace types::fuzz {

inline constexpr size_t kMemory = 64 << 20;  // one block; more is refused

inline void must(bool holds) {
  if (!holds) __builtin_trap();
}

// Memory for the type under test.
inline const keel_core& core() {
  static const keel_core made = [] {
    keel_core c{};
    c.alloc = [](size_t n, uint32_t) noexcept -> void* { return n > kMemory ? nullptr : std::malloc(n); };
    c.free = [](void* p, size_t, uint32_t) noexcept { std::free(p); };
    c.unix_ms = []() noexcept -> int64_t { return 0; };
    return c;
  }();
  return made;
}

struct Input {
  keel_source source;
  const char* next;
  size_t left, step;
};

inline keel_status more(keel_source* source, size_t) noexcept {
  auto& in = *static_cast<Input*>(source->impl);
  const size_t n = std::min(in.step, in.left);
  if (n == 0) return KEEL_EOF;
  source->cur = in.next;
  source->end = in.next + n;
  in.next += n;
  in.left -= n;
  source->left = in.left;
  return KEEL_OK;
}

inline keel_status load(const keel_type& type, std::string_view bytes, uint32_t code, size_t step, keel_ref& out) {
  Input in{{}, bytes.data(), bytes.size(), step};
  in.source.more = more;
  in.source.impl = &in;
  in.source.left = in.left;
  in.source.code = code;
  keel_error error{};
  return type.load(&in.source, &out, &error);
}

inline std::string saved(const keel_type& type, const keel_ref& value) {
  struct Output {
    keel_sink sink;
    std::string bytes;
    char room[4096];
  };
  Output out{};
  out.sink = {out.room, out.room + sizeof out.room,
              [](keel_sink* s, size_t) noexcept -> keel_status {
                auto& o = *static_cast<Output*>(s->impl);
                o.bytes.append(o.room, static_cast<size_t>(s->cur - o.room));
                s->cur = o.room;
                return KEEL_OK;
              },
              &out};
  must(type.save(&value, &out.sink) == KEEL_OK);
  out.bytes.append(out.room, static_cast<size_t>(out.sink.cur - out.room));
  return out.bytes;
}

inline std::string digest(const keel_type& type, const keel_ref& value) {
  uint8_t state[20] = {};
  must(type.digest(&value, state) == KEEL_OK);
  return {state, state + sizeof state};
}

inline void drop(const keel_type& type, keel_ref& value) {
  if (value.rep == KEEL_REP_OBJECT)
    type.free(value.v.object, value.word);
  else if (value.rep == KEEL_REP_BYTES)
    std::free(value.v.bytes);
}

inline void check(const keel_type& type, const keel_ref& value) {
  keel_error error{};
  must(type.check(&value, &error) == KEEL_OK);
}

// 0 for types that have no length.
inline uint64_t length(const keel_type& type, const keel_ref& value) {
  return type.length == nullptr ? 0 : type.length(&value);
}

// The code that a value is saved under.
inline uint32_t code_of(const keel_type& type, const keel_ref& value) {
  return type.rdb_code == nullptr ? type.rdb_codes[0] : type.rdb_code(&value);
}

// One input: the first byte says which RDB code the rest has, and how many bytes come at a time.  `edit` is called with
// what was loaded, may change an OBJECT, and leaves it valid.
template <class Edit>
int load_and_save(const keel_type& type, const uint8_t* data, size_t size, Edit edit) {
  if (size < 1) return 0;
  size_t codes = 0;
  while (type.rdb_codes[codes] != 0xff) ++codes;
  keel_ref first{};
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (load(type, bytes, type.rdb_codes[data[0] % codes], data[0] / codes + 1, first) != KEEL_OK) return 0;
  check(type, first);
  keel_ref second{};
  must(load(type, saved(type, first), code_of(type, first), SIZE_MAX, second) == KEEL_OK);
  check(type, second);
  must(length(type, second) == length(type, first) && digest(type, first) == digest(type, second));
  drop(type, second);
  if (first.rep == KEEL_REP_OBJECT && type.copy != nullptr) {
    keel_ref copy = first;
    must(type.copy(&first, &copy) == KEEL_OK);
    check(type, copy);
    must(digest(type, copy) == digest(type, first));
    drop(type, copy);
  }
  edit(first);
  check(type, first);
  drop(type, first);
  return 0;
}
inline int load_and_save(const keel_type& type, const uint8_t* data, size_t size) {
  return load_and_save(type, data, size, [](keel_ref&) {});
}

}  // namespace types::fuzz
