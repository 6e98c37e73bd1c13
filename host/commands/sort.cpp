// SORT, SORT_RO: the elements of a list, a set or a sorted set in another order.
#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "host/commands/docs.h"
#include "host/commands/put_value.h"
#include "host/commands/rows.h"
#include "host/commands/sort_pattern.h"
#include "host/rdb/blob_sink.h"
#include "keel/cpp/args.hpp"
#include "keel/cpp/stream.hpp"

namespace keel::commands {
namespace {

struct Options {
  std::optional<SortPattern> by;
  std::vector<SortPattern> get;
  std::optional<uint32_t> store;  // the word of the destination
  int64_t offset = 0, count = -1;
  bool descending = false, alphabetic = false, unsorted = false;
};

void parse(Args& args, Options& o, bool may_store) {
  while (args.more()) {
    if (args.take("ASC")) {
      o.descending = false;
    } else if (args.take("DESC")) {
      o.descending = true;
    } else if (args.take("ALPHA")) {
      o.alphabetic = true;
    } else if (args.left() > 2 && args.take("LIMIT")) {
      o.offset = args.integer();
      o.count = args.integer();
    } else if (may_store && args.take_with_value("STORE")) {
      o.store = args.position();
      args.text();
    } else if (args.take_with_value("BY")) {
      o.by.emplace(args.text());
      if (o.by->is_constant()) o.unsorted = true;  // Redis never takes that back
    } else if (args.take_with_value("GET")) {
      o.get.emplace_back(args.text());
    } else {
      args.unknown();
    }
  }
}

struct Element {
  std::string text;
  double score = 0;
  std::optional<std::string> weight;  // what ALPHA compares when there is BY
};

// All elements, or the first `most` of them, in the order that the value has.
std::vector<Element> elements_of(const keel_type& type, const keel_ref& ref, uint64_t most) {
  struct Visit {
    keel_visit face{};
    std::vector<Element> found;
  } visit;
  visit.face.impl = &visit;
  visit.face.item = [](keel_visit* v, keel_str member, keel_str, double) noexcept -> keel_status {
    static_cast<Visit*>(v->impl)->found.push_back({std::string{member.ptr, member.len}, 0, {}});
    return KEEL_OK;
  };
  constexpr uint32_t kAtOnce = 1024;
  uint64_t cursor = 0;
  do type.iterate(&ref, &cursor, kAtOnce, &visit.face);
  while (cursor != 0 && visit.found.size() < most);
  return std::move(visit.found);
}

// The number that a text is in full; nothing = it is none.
std::optional<double> number_in(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const double number = std::strtod(text.c_str(), &end);
  if (*end != '\0' || errno == ERANGE || std::isnan(number)) return std::nullopt;
  return number;
}

// Gives each element what it is compared by. False = a weight is no number.
bool weigh(Ctx c, const Options& o, std::vector<Element>& elements) {
  bool good = true;
  std::string weight;
  for (Element& e : elements) {
    const bool present = o.by ? o.by->value_for(c, e.text, weight) : true;
    if (o.alphabetic) {
      if (o.by && present) e.weight = weight;
    } else if (present) {
      const auto number = number_in(o.by ? weight : e.text);
      e.score = number.value_or(0);
      good = good && number.has_value();
    }
  }
  return good;
}

void sort(const Options& o, std::vector<Element>& elements) {
  const auto less = [&o](const Element& a, const Element& b) {
    if (!o.alphabetic) return a.score != b.score ? a.score < b.score : a.text < b.text;
    return o.by ? a.weight < b.weight : a.text < b.text;  // what has no weight comes first
  };
  std::sort(elements.begin(), elements.end(),
            [&](const Element& a, const Element& b) { return o.descending ? less(b, a) : less(a, b); });
}

// Which of the elements LIMIT leaves: [first, end).
struct Window {
  size_t first, end;
};
Window window_of(const Options& o, size_t size) {
  const auto most = static_cast<int64_t>(size);
  const int64_t first = std::clamp<int64_t>(o.offset, 0, most);
  const int64_t count = o.count < 0 ? most : std::min(o.count, most);
  return {static_cast<size_t>(first), static_cast<size_t>(std::min(first + count, most))};
}

void reply(Ctx c, const Options& o, const std::vector<Element>& elements, Window window) {
  c.array((window.end - window.first) * std::max<size_t>(1, o.get.size()));
  std::string value;
  for (size_t i = window.first; i < window.end; ++i) {
    if (o.get.empty()) c.bulk(elements[i].text);
    for (const SortPattern& pattern : o.get) pattern.value_for(c, elements[i].text, value) ? c.bulk(value) : c.null();
  }
}

// The result as a list, in the oldest form that RDB has for one, which the type of lists makes its own of.
keel_status store(Ctx c, const Options& o, const std::vector<Element>& elements, Window window) {
  constexpr uint8_t kListOfStrings = 1;
  Executor& x = executor(c);
  const uint32_t key = 1;  // of ctx->keys: the destination
  Entry* was = find(c, key, x.db());
  const size_t count = (window.end - window.first) * std::max<size_t>(1, o.get.size());
  if (count == 0) {
    if (was == nullptr) return c.integer(0);
    x.keyspace.remove(x.db(), hash_of(c, key), was, x.settings.lazyfree_lazy_server_del);
    changed(c);
    x.touch(x.db(), hash_of(c, key), c.key(key));
    return c.integer(0);
  }
  rdb::BlobSink bytes;
  Writer out(bytes.face());
  out.length(count);
  std::string value;
  for (size_t i = window.first; i < window.end; ++i) {
    if (o.get.empty()) out.string(elements[i].text);
    for (const SortPattern& pattern : o.get)
      out.string(pattern.value_for(c, elements[i].text, value) ? Str{value} : Str{""});
  }
  rdb::LoadedValue list(x.keyspace.types());
  std::string why;
  if (!out.ok()) return c.out_of_memory();
  if (!list.load(kListOfStrings, rdb::kVersion, bytes.bytes(), why))
    return c.error("ERR the list cannot be made: " + why);
  was = find(c, key, x.db());  // a key that was looked up may have been the one that expires
  if (!put_value(c, {key, was, -1, x.access_new()}, list)) return c.out_of_memory();
  changed(c, count);
  return c.integer(static_cast<int64_t>(count));
}

keel_status run(Ctx c, bool may_store) {
  Options o;
  Args args(c, 2);
  parse(args, o, may_store);
  if (!args.ok()) return args.reply();
  Executor& x = executor(c);
  const Ref value = c.read(0);
  std::vector<Element> elements;
  if (value) {
    const keel_type& type = *x.keyspace.types()[value.raw()->type];
    const Str name = type.name;
    if (name != "list" && name != "set" && name != "zset") return c.wrong_type();
    // A set has no order that a stored list could be made of again elsewhere.
    if (o.unsorted && name == "set" && o.store) {
      o.unsorted = false;
      o.alphabetic = true;
      o.by.reset();
    }
    const bool few = o.unsorted && !o.descending && o.count >= 0;
    const uint64_t most =
        few ? static_cast<uint64_t>(std::max<int64_t>(o.offset, 0)) + static_cast<uint64_t>(o.count) : UINT64_MAX;
    elements = elements_of(type, *value.raw(), most);
    if (o.unsorted && o.descending && name != "set") std::reverse(elements.begin(), elements.end());
  }
  if (!o.unsorted) {
    if (!weigh(c, o, elements)) return c.error("ERR One or more scores can't be converted into double");
    sort(o, elements);
  }
  const Window window = window_of(o, elements.size());
  if (o.store) return store(c, o, elements, window);
  reply(c, o, elements, window);
  return KEEL_OK;
}

keel_status sort_command(Ctx c) {
  return run(c, true);
}
keel_status sort_ro(Ctx c) {
  return run(c, false);
}

// The key, and the last word behind STORE.
uint32_t find_keys(const keel_str* argv, uint32_t argc, keel_keyref* out, uint32_t cap) noexcept {
  if (cap > 0) out[0] = {1, KEEL_KEY_RO | KEEL_KEY_ACCESS, 0};
  uint32_t n = 1;
  for (uint32_t i = 2; i < argc; ++i) {
    const Str word = view(argv[i]);
    if (same_word(word, "LIMIT")) {
      i += 2;
    } else if (same_word(word, "GET") || same_word(word, "BY")) {
      ++i;
    } else if (same_word(word, "STORE") && i + 1 < argc) {
      if (cap > 1) out[1] = {++i, KEEL_KEY_OW | KEEL_KEY_UPDATE, 0};
      n = 2;
    }
  }
  return n;
}

constexpr keel_keyspec unknown(uint32_t flags, const char* notes) {
  keel_keyspec spec{};
  spec.flags = flags;
  spec.begin = KEEL_BEGIN_UNKNOWN;
  spec.find = KEEL_FIND_UNKNOWN;
  return with_notes(spec, notes);
}
constexpr keel_keyspec kPatterns =
    unknown(KEEL_KEY_RO | KEEL_KEY_ACCESS,
            "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of "
            "the key we sort");
constexpr keel_keyspec kStores =
    unknown(KEEL_KEY_OW | KEEL_KEY_UPDATE,
            "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the "
            "argument array");
constexpr keel_keyspec kSorts[] = {one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS), kPatterns, kStores};
constexpr keel_keyspec kSortsOnly[] = {one_key(KEEL_KEY_RO | KEEL_KEY_ACCESS), kPatterns};
constexpr uint64_t kCategories = KEEL_ACL_SET | KEEL_ACL_SORTEDSET | KEEL_ACL_LIST | KEEL_ACL_DANGEROUS;
constexpr keel_command kRows[] = {
    keys_by(find_keys,
            command("SORT", handler<sort_command>,
                    {-2, KEEL_CMD_WRITE | KEEL_CMD_DENYOOM | KEEL_CMD_MOVABLE_KEYS, kCategories}, kSorts, &docs::sort)),
    keys_by(find_keys,
            command("SORT_RO", handler<sort_ro>, {-2, KEEL_CMD_READONLY | KEEL_CMD_MOVABLE_KEYS, kCategories},
                    kSortsOnly, &docs::sort_ro)),
};

}  // namespace

Rows sort_rows() {
  return kRows;
}

}  // namespace keel::commands
