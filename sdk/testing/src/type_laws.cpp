#include <algorithm>
#include <cstring>

#include "keel/testing/faults.hpp"
#include "keel/testing/laws.hpp"
#include "keel/testing/memory.hpp"
#include "keel/testing/streams.hpp"

namespace keel::testing {
namespace {

using Members = std::vector<std::string>;

std::string digest(const keel_type& type, const keel_ref& ref) {
  if (type.digest == nullptr) return {};
  uint8_t out[20];
  std::memset(out, 0xa5, sizeof out);
  if (type.digest(&ref, out) != KEEL_OK) fault("digest() fails");
  return {reinterpret_cast<const char*>(out), sizeof out};
}

void holds(const keel_type& type, const keel_ref& ref, const char* when) {
  keel_error error{};
  if (type.check != nullptr && type.check(&ref, &error) != KEEL_OK)
    fault(std::string{"check() fails "} + when + ": " +
          std::string{error.text, std::min<size_t>(error.len, sizeof error.text)});
}

// Gives back what load() or copy() made.
void release(const keel_type& type, const keel_ref& ref) {
  if (ref.rep == KEEL_REP_BYTES) counted_free(ref.v.bytes, ref.word, KEEL_MEMORY_VALUE);
  if (ref.rep != KEEL_REP_OBJECT) return;
  if (type.free == nullptr) return fault("makes an object, but has no free()");
  type.free(ref.v.object, ref.word);
}

// What item() is told.
struct Visit {
  keel_visit face{};
  Members names;  // the members alone
  Members found;

  Visit() {
    face.impl = this;
    face.item = [](keel_visit* v, keel_str member, keel_str value, double score) noexcept -> keel_status {
      const auto text = [](keel_str s) { return s.ptr == nullptr ? std::string{} : std::string{s.ptr, s.len}; };
      auto& self = *static_cast<Visit*>(v->impl);
      self.names.push_back(text(member));
      self.found.push_back(text(member) + "\x1f" + text(value) + "\x1f" + std::to_string(score));
      return KEEL_OK;
    };
  }
};

Members members(const keel_type& type, const keel_ref& ref, uint32_t budget, Members* names = nullptr) {
  Visit visit;
  uint64_t cursor = 0;
  const uint64_t most = 100 + (type.length != nullptr ? type.length(&ref) * 4 : 1'000'000);
  for (uint64_t calls = 0;; ++calls) {
    if (type.iterate(&ref, &cursor, budget, &visit.face) < 0) fault("iterate() fails");
    if (cursor == 0) break;
    if (calls > most) {
      fault("iterate() does not come to an end");
      break;
    }
  }
  if (names != nullptr) *names = visit.names;
  std::sort(visit.found.begin(), visit.found.end());
  return visit.found;
}

// What iterate() shows can be found, and nothing else.
void finds(const keel_type& type, const keel_ref& ref) {
  constexpr size_t kMost = 1000;
  Members names;
  const Members all = members(type, ref, 1000000, &names);
  if (names.size() > kMost) names.resize(kMost);
  for (const std::string& name : names) {
    Visit visit;
    if (type.find(&ref, {name.data(), name.size()}, &visit.face) != KEEL_OK || visit.found.size() != 1)
      return fault("find() does not find what iterate() shows");
    if (!std::binary_search(all.begin(), all.end(), visit.found[0]))
      return fault("find() shows another element than iterate()");
  }
  Visit visit;
  const std::string_view stranger = "a member that no value has";
  if (type.find(&ref, {stranger.data(), stranger.size()}, &visit.face) != KEEL_ABSENT || !visit.found.empty())
    fault("find() finds what is not there");
}

// DEBUG DIGEST mixes the key first: two keys with one value must not have one digest.
void mixes(const keel_type& type, const keel_ref& ref) {
  for (size_t at = 0; at < 20; ++at) {
    uint8_t one[20] = {}, other[20] = {};
    other[at] = 1;
    type.digest(&ref, one);
    type.digest(&ref, other);
    if (std::memcmp(one, other, sizeof one) == 0) return fault("digest() forgets what the caller has begun");
  }
}

// DEBUG OBJECT puts them behind one another.
void describes(const keel_type& type, const keel_ref& ref) {
  keel_info_sink sink{};
  sink.head = {sizeof sink, 0};
  sink.field = [](keel_info_sink*, keel_str name, keel_str value) noexcept {
    const std::string_view n{name.ptr, name.len}, v{value.ptr, value.len};
    if (n.empty() || n.find_first_of(" :\r\n") != n.npos || v.find_first_of(" \r\n") != v.npos)
      fault("describe() has a field that is no word: '" + std::string{n} + "'");
  };
  type.describe(&ref, &sink);
}

void questions(const keel_type& type, const keel_ref& ref) {
  holds(type, ref, "on a value that commands have made");
  if (type.memory != nullptr && ref.rep == KEEL_REP_OBJECT && type.memory(&ref, 5) == 0)
    fault("memory() of an object is 0");
  if (type.encoding != nullptr && (type.encoding(&ref) == nullptr || *type.encoding(&ref) == '\0'))
    fault("encoding() is empty");
  if (type.length != nullptr && type.length(&ref) == 0) fault("length() of a value that a key holds is 0");
  if (type.free_effort != nullptr && ref.rep == KEEL_REP_OBJECT && type.free_effort(&ref) == 0)
    fault("free_effort() is 0");
  if (type.digest != nullptr) mixes(type, ref);
  if (type.describe != nullptr) describes(type, ref);
  if (type.iterate == nullptr) return;
  if (type.find != nullptr) finds(type, ref);
  const Members once = members(type, ref, 1000000);
  for (const uint32_t budget : {1u, 3u, 17u})
    if (members(type, ref, budget) != once)
      fault("iterate() visits other members with a budget of " + std::to_string(budget));
  if (type.length != nullptr && type.length(&ref) != once.size())
    fault("iterate() does not visit as many as length() says");
}

void round_trip(const keel_type& type, const keel_ref& ref, const Saved& saved) {
  for (const uint64_t seed : {2u, 3u, 4u})
    if (save(type, ref, seed).bytes != saved.bytes) fault("save() writes other bytes when the room is cut otherwise");
  const std::string more = saved.bytes + "what follows in the file";
  for (const uint64_t seed : {1u, 2u, 3u}) {
    const size_t before = blocks();
    const Loaded loaded = load(type, more, code_of(type, ref), seed);
    if (loaded.status != KEEL_OK) return fault("load() refuses what save() wrote");
    if (loaded.used != saved.bytes.size()) fault("load() does not read as much as save() wrote");
    if (save(type, loaded.ref).bytes != saved.bytes) fault("save, load, save: other bytes");
    if (digest(type, loaded.ref) != digest(type, ref)) fault("save, load: another digest");
    if (type.length != nullptr && type.length(&loaded.ref) != type.length(&ref)) fault("save, load: another length");
    if (type.iterate != nullptr && members(type, loaded.ref, 10) != members(type, ref, 10))
      fault("save, load: other members");
    holds(type, loaded.ref, "after load()");
    release(type, loaded.ref);
    if (blocks() != before) fault("load() and free() do not balance");
  }
}

void copies(const keel_type& type, const keel_ref& ref, const Saved& saved) {
  if (type.copy == nullptr) return fault("holds an object, but cannot copy() it");
  const size_t before = blocks();
  for (int64_t n = -1; n < 300; ++n) {
    keel_ref copy = ref;
    copy.entry = nullptr;
    copy.v.object = nullptr;
    fail_after(n);
    const keel_status status = type.copy(&ref, &copy);
    const bool was_refused = refused() > 0;
    fail_after(-1);
    if (status != KEEL_OK) {
      if (!was_refused) fault("copy() fails");
      if (blocks() != before) fault("copy() that is out of memory leaves something behind");
      continue;
    }
    if (copy.v.object == ref.v.object) fault("copy() shares the object");
    if (save(type, copy).bytes != saved.bytes || digest(type, copy) != digest(type, ref))
      fault("the copy is another value");
    holds(type, copy, "after copy()");
    release(type, copy);
    if (blocks() != before) fault("copy() and free() do not balance");
    if (n >= 0 && !was_refused) break;
  }
}

// Bytes of a stranger: whatever they are, nothing crashes and nothing is left behind.
void try_load(const keel_type& type, const std::string& bytes, uint8_t code, uint64_t seed) {
  const size_t before = blocks();
  limit_block((size_t{1} << 20) + bytes.size() * 16);
  const Loaded loaded = load(type, bytes, code, seed);
  limit_block(kNoLimit);
  if (loaded.status == KEEL_OK) {
    holds(type, loaded.ref, "on what load() has taken from damaged bytes");
    save(type, loaded.ref);
    digest(type, loaded.ref);
    if (type.iterate != nullptr) members(type, loaded.ref, 100);
    release(type, loaded.ref);
  } else if (loaded.status > 0) {
    fault("load() returns status " + std::to_string(loaded.status));
  }
  if (blocks() != before) fault("load() of damaged bytes leaves something behind");
}

// One of the codes that load() says it takes.
uint8_t any_code(const keel_type& type, Dice& dice) {
  if (type.rdb_codes == nullptr || *type.rdb_codes == 0xff) return KEEL_RDB_NAMED;
  size_t n = 0;
  while (type.rdb_codes[n] != 0xff) ++n;
  return type.rdb_codes[dice.below(n)];
}

void damage(const keel_type& type, const keel_ref& ref, const std::string& good) {
  Dice dice{42};
  const uint8_t right = code_of(type, ref);
  const size_t step = std::max<size_t>(1, good.size() / 600);
  for (size_t n = 0; n < good.size(); n += step) try_load(type, good.substr(0, n), right, n);
  for (int i = 0; i < 1500; ++i) {
    std::string bad = good;
    for (size_t changes = 1 + dice.below(4); changes > 0 && !bad.empty(); --changes) {
      const size_t at = dice.one_in(2) ? dice.below(std::min<size_t>(bad.size(), 16)) : dice.below(bad.size());
      switch (dice.below(5)) {
        case 0:
          bad[at] = static_cast<char>(dice.roll());
          break;
        case 1:
          bad[at] = static_cast<char>(0xff);
          break;
        case 2:
          bad.erase(at, 1 + dice.below(4));
          break;
        default:
          bad.insert(at, dice.bytes(1 + dice.below(9)));
          break;
      }
    }
    try_load(type, bad, dice.one_in(4) ? any_code(type, dice) : right, dice.roll());
  }
  for (int64_t n = 0; n < 200; ++n) {
    const size_t before = blocks();
    fail_after(n);
    const Loaded loaded = load(type, good, right, 1);
    const bool was_refused = refused() > 0;
    fail_after(-1);
    if (loaded.status == KEEL_OK) release(type, loaded.ref);
    if (blocks() != before) fault("load() that is out of memory leaves something behind");
    if (!was_refused) break;
  }
}

// Every allocation that it shows gets a new place.
void moves(const keel_type& type, keel_ref ref, Value& value) {
  const std::string before = save(type, ref).bytes;
  keel_defrag defrag{};
  defrag.deadline_ns = INT64_MAX;
  defrag.move = [](keel_defrag*, void* p, size_t n) noexcept -> void* {
    void* moved = counted_alloc(n, KEEL_MEMORY_VALUE);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, p, n);
    counted_free(p, n, KEEL_MEMORY_VALUE);
    return moved;
  };
  const size_t count = blocks();
  uint64_t cursor = 0;
  for (int i = 0; type.defrag(&ref, &defrag, &cursor) == KEEL_PENDING; ++i) {
    if (i < 1'000'000) continue;
    fault("defrag() does not come to an end");
    break;
  }
  value.object = ref.v.object;
  value.word = ref.word;
  if (blocks() != count) fault("defrag() changes the number of allocations");
  if (save(type, ref).bytes != before) fault("defrag() changes the value");
  holds(type, ref, "after defrag()");
}

// The commands of rewrite() make the same value again.
void rewrites(Host& host, const keel_type& type, const std::string& key) {
  keel_ref ref;
  Keyspace::fill(ref, key, host.keyspace().find(key));
  const Saved wanted = save(type, ref);
  const Saved text = rewrite(type, ref, "keel-laws:copy");
  if (text.status != KEEL_OK) return fault("rewrite() fails");
  std::string_view rest = text.bytes;
  const auto number = [&rest](char kind) -> size_t {
    const size_t end = rest.find("\r\n");
    if (rest.empty() || rest[0] != kind || end == std::string_view::npos) return SIZE_MAX;
    const std::string digits{rest.substr(1, end - 1)};
    rest.remove_prefix(end + 2);
    return static_cast<size_t>(std::strtoull(digits.c_str(), nullptr, 10));
  };
  while (!rest.empty()) {
    std::vector<std::string> words;
    size_t n = number('*');
    for (; n != SIZE_MAX && n > 0; --n) {
      const size_t size = number('$');
      if (size == SIZE_MAX || rest.size() < size + 2) return fault("rewrite() writes no RESP");
      words.emplace_back(rest.substr(0, size));
      rest.remove_prefix(size + 2);
    }
    if (n == SIZE_MAX) return fault("rewrite() writes no RESP");
    const std::string reply = host.run(words);
    if (reply.starts_with('-')) return fault("a command of rewrite() is refused: " + reply.substr(0, reply.size() - 2));
  }
  Value* made = host.keyspace().find("keel-laws:copy");
  if (made == nullptr) return fault("rewrite() makes no value");
  Keyspace::fill(ref, {}, made);
  const std::string a = digest(type, ref);
  if (save(type, ref).bytes != wanted.bytes && type.digest == nullptr) fault("rewrite() makes another value");
  Keyspace::fill(ref, key, host.keyspace().find(key));
  if (type.digest != nullptr && a != digest(type, ref)) fault("rewrite() makes another value");
  host.keyspace().erase("keel-laws:copy");
}

// Elements end when due() says, not before, and none of them stays.
void ends(Host& host, const keel_type& type, const std::string& key) {
  constexpr int64_t kForEver = int64_t{1} << 52;  // beyond every expiry that a command takes
  const auto state = [&](keel_ref& ref) {
    Keyspace::fill(ref, key, host.keyspace().find(key));
    return ref.entry == nullptr ? -1 : type.due(&ref);
  };
  keel_ref ref;
  const int64_t first = state(ref);
  if (first < 0) return;
  const uint64_t length = type.length == nullptr ? 0 : type.length(&ref);
  const Saved saved = save(type, ref);
  if (Loaded loaded = load(type, saved.bytes, code_of(type, ref), 1); loaded.status == KEEL_OK) {
    if (type.due(&loaded.ref) < first) fault("save, load: something ends earlier");
    release(type, loaded.ref);
  }
  if (host.end_elements(key, first - 1) > 0) fault("expire removes what lasts longer");
  uint64_t gone = 0;
  for (const int64_t now : {first, kForEver}) {
    for (int calls = 0;; ++calls) {
      const int64_t at = state(ref);
      if (at < 0 || at > now) break;
      if (calls == 100'000) return fault("expire does not come to an end");
      gone += host.end_elements(key, now);
    }
  }
  if (state(ref); type.length != nullptr && (ref.entry == nullptr ? 0 : type.length(&ref)) + gone != length)
    fault("expire counts other elements than it removes");
  if (ref.entry != nullptr) holds(type, ref, "after expire");
}

}  // namespace

size_t type_laws(Host& host) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : host.keyspace().all()) keys.push_back(key);
  for (const std::string& key : keys) {
    Value& value = *host.keyspace().find(key);
    const keel_type* type = host.keyspace().type(value.type);
    if (type == nullptr) continue;
    keel_ref ref;
    Keyspace::fill(ref, key, &value);
    const Scene scene{std::string{type->name} + " '" + key.substr(0, 32) + "'" +
                      (type->encoding != nullptr ? std::string{" ("} + type->encoding(&ref) + ")" : std::string{})};
    questions(*type, ref);
    const Saved saved = save(*type, ref);
    if (saved.status != KEEL_OK) {
      fault("save() fails");
      continue;
    }
    round_trip(*type, ref, saved);
    if (ref.rep == KEEL_REP_OBJECT) copies(*type, ref, saved);
    damage(*type, ref, saved.bytes);
    if (ref.rep == KEEL_REP_OBJECT && type->defrag != nullptr) moves(*type, ref, value);
    if (type->rewrite != nullptr) rewrites(host, *type, key);
    if (type->due != nullptr) ends(host, *type, key);
  }
  return keys.size();
}

}  // namespace keel::testing
