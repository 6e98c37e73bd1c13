// Untrusted bytes as a saved stream: refused, or a stream that holds together, is used, and can be saved and loaded
// again.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "keel/cpp/stream.hpp"
#include "plugins/types/stream/type.h"

namespace {

using streams::Stream;
using streams::StreamType;

constexpr keel_core kCore = [] {
  keel_core core{};
  core.head = {sizeof core, 0};
  core.alloc = [](size_t n, uint32_t) noexcept { return std::malloc(n); };
  core.free = [](void* p, size_t, uint32_t) noexcept { std::free(p); };
  core.clock_ns = []() noexcept -> int64_t { return 0; };
  return core;
}();

std::string saved(const keel_ref& ref) {
  struct Sink : keel_sink {
    std::string text;
    char buffer[256];
  } sink;
  sink.cur = sink.buffer;
  sink.end = sink.buffer + sizeof sink.buffer;
  sink.impl = &sink;
  sink.more = [](keel_sink* base, size_t) noexcept -> keel_status {
    auto& s = *static_cast<Sink*>(base->impl);
    s.text.append(s.buffer, static_cast<size_t>(s.cur - s.buffer));
    s.cur = s.buffer;
    return KEEL_OK;
  };
  if (StreamType::save(ref, sink) != KEEL_OK) std::abort();
  sink.text.append(sink.buffer, static_cast<size_t>(sink.cur - sink.buffer));
  return sink.text;
}

bool load(std::string_view bytes, uint32_t code, keel_ref& ref) {
  keel_source source = keel::memory_source(bytes);
  source.code = code;
  keel_error error{};
  return StreamType::load(source, ref, &error) == KEEL_OK;
}

void expect_whole(const keel_ref& ref) {
  keel_error error{};
  if (StreamType::check(ref, &error) != KEEL_OK) std::abort();
}

void use(Stream& s) {
  uint64_t n = 0;
  s.each({}, streams::kLastId, [&n](const auto&, const auto&) { return ++n, true; });
  if (n != s.length) std::abort();
  s.each_backwards({}, streams::kLastId, [&n](const auto&, const auto&) { return --n, true; });
  if (n != 0) std::abort();
  const keel_str words[] = {keel::str("a"), keel::str("b")};
  if (const auto id = s.last_id.next()) s.add(*id, words);
  if (s.length > 2) s.remove(s.first_id);
  streams::Trim half;
  half.kind = streams::Trim::kMaxLength;
  half.max_length = s.length / 2;
  s.trim(half);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  StreamType::core = types::memory_core = &kCore;
  constexpr size_t kCodes = std::size(StreamType::rdb_codes) - 1;
  const uint32_t code = StreamType::rdb_codes[data[0] % kCodes];
  keel_ref ref{};
  if (!load({reinterpret_cast<const char*>(data) + 1, size - 1}, code, ref)) return 0;
  expect_whole(ref);
  keel_ref again{};
  if (!load(saved(ref), StreamType::kSecond, again)) std::abort();
  expect_whole(again);
  StreamType::free(again.v.object, 0);
  use(*static_cast<Stream*>(ref.v.object));
  expect_whole(ref);
  StreamType::free(ref.v.object, 0);
  return 0;
}
