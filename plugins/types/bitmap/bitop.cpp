// BITOP: several strings bit by bit into one.
#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <vector>

#include "keel/cpp/memory.hpp"
#include "plugins/types/bitmap/bits.h"
#include "plugins/types/bitmap/commands.h"

namespace bitmap {
namespace {

std::optional<Operation> parse(Str word) noexcept {
  if (keel::same_word(word, "AND")) return Operation::kAnd;
  if (keel::same_word(word, "OR")) return Operation::kOr;
  if (keel::same_word(word, "XOR")) return Operation::kXor;
  if (keel::same_word(word, "NOT")) return Operation::kNot;
  return std::nullopt;
}

// Turn about, from the last byte to the first and back: what one BITOP leaves in the processor's cache is what the next
// one begins with, where they share sources or the destination.  [executor]
Order next_order() noexcept {
  static Order order = Order::kDescending;
  return order = order == Order::kAscending ? Order::kDescending : Order::kAscending;
}

// Every source is zero beyond its end: as far as the shortest goes they are combined where they lie, and behind it part
// by part with zeros put in. `into` may be where one of the sources lies.
void compute(Operation operation, const std::vector<Str>& sources, char* into, size_t length) {
  std::vector<const char*> texts;
  size_t common = length;
  for (const Str source : sources) {
    texts.push_back(source.data());
    common = std::min(common, source.size());
  }
  combine(operation, texts.data(), texts.size(), into, common, next_order());
  constexpr size_t kPart = 4096;
  char part[kPart], padded[kPart];
  for (size_t from = common; from < length; from += kPart) {
    const size_t n = std::min(kPart, length - from);
    const auto take = [&](Str source, char* to) {
      const Str here = source.size() <= from ? Str{} : source.substr(from, n);
      if (!here.empty()) std::memcpy(to, here.data(), here.size());
      std::memset(to + here.size(), 0, n - here.size());
    };
    take(sources[0], part);
    const char* const both[] = {part, padded};
    for (size_t i = 1; i < sources.size(); ++i) {
      take(sources[i], padded);
      combine(operation, both, 2, part, n);
    }
    if (operation == Operation::kNot) combine(operation, both, 1, part, n);
    std::memcpy(into + from, part, n);
  }
}

bool is_source(Ctx c) noexcept {
  for (uint32_t key = 1; key < c.keys(); ++key)
    if (c.key(key) == c.key(0)) return true;
  return false;
}

bool has_length(Ctx c, const Ref& r, size_t length) noexcept {
  return r && is_string(c, r) && Text(r).size() == length;
}

// The value that the result replaces, as bytes of that length; false = out of memory. One that `fits`, by its length,
// keeps its bytes.
bool make_room(Ctx c, Ref& to, bool fits, size_t length) noexcept {
  const keel_string& strings = *plugin(c).strings;
  if (!fits) {
    to.expire_ms(-1);
    if (strings.put(c.raw(), to.raw(), {"", 0}) != KEEL_OK) return false;
  } else if (to.expire_ms() >= 0 && c.expire(to, -1) != KEEL_OK) {
    return false;
  }
  return strings.grow(c.raw(), to.raw(), length) == KEEL_OK;
}

}  // namespace

keel_status bitop(Ctx c) {
  const auto wanted = parse(c.arg(1));
  if (!wanted) return c.error(keel::kSyntax);
  if (*wanted == Operation::kNot && c.argc() != 4)
    return c.error("ERR BITOP NOT must be called with a single source key.");
  std::deque<Text> texts;  // where they are, and digits where there are none
  std::vector<Str> sources;
  size_t length = 0;
  for (uint32_t key = 1; key < c.keys(); ++key) {
    const Ref source = c.read(key);
    if (!is_string(c, source)) return c.wrong_type();
    sources.push_back(texts.emplace_back(source));
    length = std::max(length, sources.back().size());
  }
  Ref to = c.write(0);
  if (length == 0) {
    if (to) {
      c.erase(to);
      c.commit(to, plugin(c).events.del);
    }
    return c.integer(0);
  }
  // A source that makes place for the result is put aside first, unless it stays where the result goes.
  const bool fits = has_length(c, to, length), aside = !fits && is_source(c);
  const keel::Block apart = aside ? keel::Block(*plugin(c).core, length, KEEL_MEMORY_PLUGIN) : keel::Block();
  if (aside) {
    if (!apart) return c.out_of_memory();
    compute(*wanted, sources, apart.data(), length);
    sources = {{apart.data(), length}};
  }
  if (!make_room(c, to, fits, length)) return c.out_of_memory();
  for (uint32_t key = 1; fits && key < c.keys(); ++key)
    if (c.key(key) == c.key(0)) sources[key - 1] = {to.data(), length};  // it may have moved
  compute(aside ? Operation::kOr : *wanted, sources, to.data(), length);
  c.commit(to, plugin(c).events.set);
  return c.integer(static_cast<int64_t>(length));
}

}  // namespace bitmap
