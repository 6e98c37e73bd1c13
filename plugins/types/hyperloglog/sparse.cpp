#include "plugins/types/hyperloglog/sparse.h"

#include <algorithm>

namespace hyperloglog {
namespace {

constexpr size_t kLongestZero = 64, kLongestValueRun = 4;
constexpr uint8_t kHighestValue = 32;

char value_run(uint8_t value, size_t length) noexcept {
  return static_cast<char>(0x80 | (value - 1) << 2 | static_cast<int>(length - 1));
}

// The runs that take the place of one: at most three, of two bytes.
struct Replacement {
  char bytes[6];
  size_t size = 0;

  void zeros(size_t length) noexcept {
    if (length > kLongestZero) bytes[size++] = static_cast<char>(0x40 | (length - 1) >> 8);
    bytes[size++] = static_cast<char>((length - 1) & 0xff);
  }
  void value(uint8_t v, size_t length) noexcept { bytes[size++] = value_run(v, length); }
  // As long as it is not empty, a piece of the old run.
  void rest_of(const Run& run, size_t length) noexcept {
    if (length == 0) return;
    run.kind == Run::Kind::kValue ? value(run.value, length) : zeros(length);
  }
};

// Joins neighbours of one value, from `from` on. It takes five looks, as Redis does, each at a run and its neighbour.
void join(std::vector<char>& sparse, size_t from) {
  for (int looks = 5; looks > 0 && from < sparse.size(); --looks) {
    const auto run = first_run({sparse.data() + from, sparse.size() - from});
    if (!run) return;
    const size_t behind = from + run->bytes;
    const auto next =
        behind < sparse.size() ? first_run({sparse.data() + behind, sparse.size() - behind}) : std::nullopt;
    const bool joins = run->kind == Run::Kind::kValue && next && next->kind == Run::Kind::kValue &&
                       next->value == run->value && run->length + next->length <= kLongestValueRun;
    if (!joins) {
      from = behind;
      continue;
    }
    sparse[behind] = value_run(run->value, run->length + next->length);
    sparse.erase(sparse.begin() + static_cast<std::ptrdiff_t>(from));
  }
}

}  // namespace

std::optional<Run> first_run(std::string_view sparse) noexcept {
  if (sparse.empty()) return std::nullopt;
  const auto byte = static_cast<uint8_t>(sparse[0]);
  if ((byte & 0x80) != 0)
    return Run{Run::Kind::kValue, static_cast<uint8_t>((byte >> 2 & 31) + 1), size_t{byte & 3u} + 1, 1};
  if ((byte & 0x40) == 0) return Run{Run::Kind::kZero, 0, size_t{byte & 63u} + 1, 1};
  if (sparse.size() < 2) return std::nullopt;
  return Run{Run::Kind::kLongZero, 0, (size_t{byte & 63u} << 8 | static_cast<uint8_t>(sparse[1])) + 1, 2};
}

bool sparse_merge(std::string_view sparse, Registers& into) noexcept {
  size_t at = 0;
  while (!sparse.empty()) {
    const auto run = first_run(sparse);
    if (!run || run->length > kRegisters - at) return false;
    if (run->value > 0)
      for (size_t i = at; i < at + run->length; ++i) into[i] = std::max(into[i], run->value);
    at += run->length;
    sparse.remove_prefix(run->bytes);
  }
  return at == kRegisters;
}

SetResult sparse_raise(std::vector<char>& sparse, size_t header, size_t index, uint8_t value, size_t most_bytes) {
  if (value > kHighestValue) return SetResult::kTooBig;
  size_t before = header, at = header, first = 0;  // the run before, the run that has it, the first register of that
  std::optional<Run> run;
  for (;;) {
    run = first_run({sparse.data() + at, sparse.size() - at});
    if (!run) return SetResult::kCorrupt;
    if (index < first + run->length) break;
    before = at;
    at += run->bytes;
    first += run->length;
  }
  if (run->value >= value) return SetResult::kUnchanged;
  Replacement now;
  now.rest_of(*run, index - first);
  now.value(value, 1);
  now.rest_of(*run, first + run->length - 1 - index);
  if (now.size > run->bytes && sparse.size() + now.size - run->bytes > most_bytes) return SetResult::kTooBig;
  const auto place = sparse.begin() + static_cast<std::ptrdiff_t>(at);
  if (now.size >= run->bytes) {
    sparse.insert(place, now.size - run->bytes, '\0');
  } else {
    sparse.erase(place, place + static_cast<std::ptrdiff_t>(run->bytes - now.size));
  }
  std::copy_n(now.bytes, now.size, sparse.begin() + static_cast<std::ptrdiff_t>(at));
  join(sparse, before);
  return SetResult::kChanged;
}

}  // namespace hyperloglog
