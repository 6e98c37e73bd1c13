// libFuzzer: bytes as a zipmap.  What is read lies in them, and comes back from a zipmap that is written of it.
#include "plugins/types/hash/zipmap.h"

#include <string>
#include <utility>
#include <vector>

namespace {

using Pairs = std::vector<std::pair<std::string_view, std::string_view>>;

void must(bool holds) {
  if (!holds) __builtin_trap();
}

bool read(std::string_view bytes, Pairs& pairs) {
  return hashes::each_of_zipmap(bytes, [&](std::string_view field, std::string_view value) {
    for (const std::string_view one : {field, value})
      must(one.data() >= bytes.data() && one.data() + one.size() <= bytes.data() + bytes.size());
    pairs.emplace_back(field, value);
    return true;
  });
}

std::string written(const Pairs& pairs) {
  constexpr size_t kLong = 254;
  std::string out(1, static_cast<char>(pairs.size() < kLong ? pairs.size() : kLong));
  const auto length = [&out](size_t n) {
    out += static_cast<char>(n < kLong ? n : kLong);
    for (unsigned i = 0; n >= kLong && i < 4; ++i) out += static_cast<char>(n >> (8 * i));
  };
  for (const auto& [field, value] : pairs) {
    length(field.size());
    out += field;
    length(value.size());
    out += '\0';
    out += value;
  }
  return out += '\xff';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Pairs pairs, again;
  if (!read({reinterpret_cast<const char*>(data), size}, pairs)) return 0;
  const std::string bytes = written(pairs);
  must(read(bytes, again) && again == pairs);
  return 0;
}
