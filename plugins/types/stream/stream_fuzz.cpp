// libFuzzer: bytes as a saved stream, which is walked both ways, added to and trimmed after it.
#include "keel/cpp/tables.hpp"
#include "plugins/types/common/load_fuzz.h"
#include "plugins/types/stream/type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace streams;
  using types::fuzz::must;
  static constexpr keel_type kType = keel::type_table<StreamType>();
  StreamType::core = types::memory_core = &types::fuzz::core();
  return types::fuzz::load_and_save(kType, data, size, [](keel_ref& value) {
    // The digest is of the entries alone: groups, too, come back.
    const std::string bytes = types::fuzz::saved(kType, value);
    keel_ref again{};
    must(types::fuzz::load(kType, bytes, StreamType::kSecond, SIZE_MAX, again) == KEEL_OK);
    must(types::fuzz::saved(kType, again) == bytes);
    types::fuzz::drop(kType, again);
    Stream& s = *static_cast<Stream*>(value.v.object);
    uint64_t n = 0;
    s.each({}, kLastId, [&n](const auto&, const auto&) { return ++n, true; });
    must(n == s.length);
    s.each_backwards({}, kLastId, [&n](const auto&, const auto&) { return --n, true; });
    must(n == 0);
    const keel_str words[] = {keel::str("a"), keel::str("b")};
    if (const auto id = s.last_id.next()) s.add(*id, words);
    if (s.length > 2) s.remove(s.first_id);
    Trim half;
    half.kind = Trim::kMaxLength;
    half.max_length = s.length / 2;
    s.trim(half);
  });
}
