// libFuzzer: bytes as a saved list.  The first byte says which RDB code it has, how many bytes come at a time and what
// the limits are; what is taken has to be a list in every sense, and to come back from what it is saved as.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "plugins/types/list/type.h"

namespace {

using namespace lists;

constexpr size_t kMemory = 64 << 20;  // one block; more is refused

void must(bool holds) {
  if (!holds) __builtin_trap();
}

struct Input {
  keel_source source;
  const char* next;
  size_t left, step;
};

keel_status more(keel_source* source, size_t) noexcept {
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

keel_status load(std::string_view bytes, uint32_t code, size_t step, keel_ref& out) {
  Input in{{}, bytes.data(), bytes.size(), step};
  in.source.more = more;
  in.source.impl = &in;
  in.source.left = in.left;
  in.source.code = code;
  keel_error error{};
  return ListType::load(in.source, out, &error);
}

std::string saved(const keel_ref& r) {
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
  must(ListType::save(r, out.sink) == KEEL_OK);
  out.bytes.append(out.room, static_cast<size_t>(out.sink.cur - out.room));
  return out.bytes;
}

std::string digest(const keel_ref& r) {
  uint8_t state[20] = {};
  must(ListType::digest(r, state) == KEEL_OK);
  return {state, state + sizeof state};
}

void drop(keel_ref& r) {
  if (r.rep == KEEL_REP_OBJECT)
    ListType::free(r.v.object, r.word);
  else
    give(r.v.bytes, r.word);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  static keel_core core{};
  core.alloc = [](size_t n, uint32_t) noexcept -> void* { return n > kMemory ? nullptr : std::malloc(n); };
  core.free = [](void* p, size_t, uint32_t) noexcept { std::free(p); };
  g_core = &core;
  const Limits limits = Limits::of(static_cast<int64_t>(data[1] % 8) - 4, data[1] / 8 % 4);
  ListType::limits = &limits;

  keel_ref first{};
  const uint32_t code = ListType::rdb_codes[data[0] % 4];
  const std::string_view bytes{reinterpret_cast<const char*>(data) + 2, size - 2};
  if (load(bytes, code, size_t{data[0]} / 4 + 1, first) != KEEL_OK) return 0;
  keel_error error{};
  must(ListType::check(first, &error) == KEEL_OK && ListType::length(first) > 0);

  keel_ref second{};
  must(load(saved(first), 18, SIZE_MAX, second) == KEEL_OK);
  must(ListType::check(second, &error) == KEEL_OK && digest(first) == digest(second));
  drop(second);
  if (first.rep == KEEL_REP_OBJECT) {
    List& list = *static_cast<List*>(first.v.object);
    must(list.insert(list.size() / 2, "between", limits) && list.replace(0, std::string(9000, 'x'), limits));
    must(list.erase(list.size() / 2, 1) && list.pop(Side::kFront));
    must(list.size() == 0 || ListType::check(first, &error) == KEEL_OK);
  }
  drop(first);
  return 0;
}
