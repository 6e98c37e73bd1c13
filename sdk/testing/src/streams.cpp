#include "keel/testing/streams.hpp"

#include <algorithm>
#include <cstring>

#include "keel/testing/faults.hpp"

namespace keel::testing {
namespace {

constexpr size_t kMostNeed = 64 * 1024;  // at once, from a sink or a source

struct Sink {
  keel_sink face{};
  std::string done, room;
  Dice dice;

  explicit Sink(uint64_t seed) : dice(seed) {
    face.impl = this;
    face.more = [](keel_sink* s, size_t need) noexcept -> keel_status {
      auto& self = *static_cast<Sink*>(s->impl);
      if (s->cur < self.room.data() || s->cur > s->end) fault("writes beyond the room of a sink");
      if (need > kMostNeed) {
        fault("asks a sink for " + std::to_string(need) + " bytes of room at once");
        return KEEL_E_MEMORY;
      }
      self.flush();
      self.room.assign(std::max<size_t>(1, need) + self.dice.below(16), '\0');
      s->cur = self.room.data();
      s->end = s->cur + self.room.size();
      return KEEL_OK;
    };
    face.cur = face.end = room.data();
  }
  void flush() {
    done.append(room.data(), static_cast<size_t>(face.cur - room.data()));
    room.clear();
    face.cur = face.end = room.data();
  }
};

struct Source {
  keel_source face{};
  std::string_view rest;
  std::string window;  // a copy of exactly what may be read: reading beyond it is seen by sanitizers
  Dice dice;
  bool bounded;  // whether it says how much is left; a stream cannot
  size_t used = 0;

  Source(std::string_view bytes, uint32_t code, uint32_t version, uint64_t seed)
      : rest(bytes), dice(seed), bounded(dice.below(2) == 0) {
    face.impl = this;
    face.code = code;
    face.version = version;
    face.more = [](keel_source* s, size_t need) noexcept -> keel_status {
      auto& self = *static_cast<Source*>(s->impl);
      const std::string left{s->cur, s->end};
      self.used += self.window.size() - left.size();
      if (need > kMostNeed || need - std::min(need, left.size()) > self.rest.size()) {
        self.set(left);
        return KEEL_EOF;
      }
      const size_t lack = need - std::min(need, left.size());
      const size_t n = std::min(self.rest.size(), lack + self.dice.below(16));
      const std::string next = left + std::string{self.rest.substr(0, n)};
      self.rest.remove_prefix(n);
      self.set(next);
      return KEEL_OK;
    };
    set({});
  }
  void set(const std::string& bytes) {
    window.assign(bytes);
    window.shrink_to_fit();
    face.cur = window.data();
    face.end = face.cur + window.size();
    face.left = bounded ? rest.size() : UINT64_MAX;
  }
};

}  // namespace

Saved save(const keel_type& type, const keel_ref& ref, uint64_t seed) {
  Sink sink{seed};
  const keel_status status = type.save(&ref, &sink.face);
  sink.flush();
  return {status, std::move(sink.done)};
}

Saved rewrite(const keel_type& type, const keel_ref& ref, std::string_view key, uint64_t seed) {
  Sink sink{seed};
  const keel_status status = type.rewrite(&ref, {key.data(), key.size()}, &sink.face);
  sink.flush();
  return {status, std::move(sink.done)};
}

uint8_t code_of(const keel_type& type, const keel_ref& ref) {
  constexpr uint8_t kEnd = 0xff;
  if (type.rdb_codes == nullptr || *type.rdb_codes == kEnd) return KEEL_RDB_NAMED;
  if (type.rdb_code == nullptr) return *type.rdb_codes;
  const uint32_t code = type.rdb_code(&ref);
  for (const uint8_t* known = type.rdb_codes; *known != kEnd; ++known)
    if (*known == code) return *known;
  fault("rdb_code() is none of rdb_codes");
  return *type.rdb_codes;
}

Loaded load(const keel_type& type, std::string_view bytes, uint8_t code, uint64_t seed) {
  constexpr uint32_t kRdbVersion = 10;
  Source source{bytes, code, code == KEEL_RDB_NAMED ? type.rdb_version : kRdbVersion, seed};
  keel_error error{};
  Loaded out{KEEL_OK, {}, 0};
  out.ref.expire_ms = -1;
  out.status = type.load(&source.face, &out.ref, &error);
  if (error.len > sizeof error.text) fault("load() writes an error longer than its room");
  out.used = source.used + static_cast<size_t>(source.face.cur - source.window.data());
  return out;
}

}  // namespace keel::testing
