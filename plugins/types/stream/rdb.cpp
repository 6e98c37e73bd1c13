// Saving and loading: the forms that a stream has in RDB files since Redis 5.
//
//   blocks: count, then for each its ID in 16 bytes, as a string, and its listpack, as a string
//   length | last ID | (19, 21: first ID | greatest deleted ID | entries ever added)
//   groups: count, then for each
//     name | last ID | (19, 21: entries read)
//     pending: count, then for each its ID in 16 bytes | time of delivery, 8 bytes | deliveries
//     consumers: count, then for each
//       name | seen, 8 bytes | (21: active, 8 bytes) | pending: count, IDs in 16 bytes
//
// Numbers are RDB's lengths, an ID two of them, unless it says otherwise; IDs in 16 bytes are in network order, times
// in little-endian order.
#include "keel/cpp/rdb.hpp"
#include "plugins/types/stream/type.h"

namespace streams {
namespace {

constexpr size_t kIdBytes = 16;

void encode(Id id, char (&to)[kIdBytes]) noexcept {
  for (size_t i = 0; i < 8; ++i) {
    to[i] = static_cast<char>(id.ms >> (56 - 8 * i) & 0xff);
    to[8 + i] = static_cast<char>(id.seq >> (56 - 8 * i) & 0xff);
  }
}
Id decode(const char* from) noexcept {
  Id id;
  for (size_t i = 0; i < 8; ++i) {
    id.ms = id.ms << 8 | static_cast<unsigned char>(from[i]);
    id.seq = id.seq << 8 | static_cast<unsigned char>(from[8 + i]);
  }
  return id;
}

class Saving {
 public:
  explicit Saving(keel::RdbWriter& out) noexcept : out_(out) {}

  void stream(const Stream& s) noexcept {
    out_.length(s.blocks.size());
    for (auto p = s.blocks.begin(); p != s.blocks.end() && out_.ok(); p = s.blocks.next(p)) {
      const Block& b = s.blocks.at(p);
      char bytes[kIdBytes];
      encode(b.id, bytes);
      out_.string({bytes, kIdBytes});
      out_.text({b.bytes, b.size()});
    }
    out_.length(s.length);
    id(s.last_id);
    id(s.first_id);
    id(s.max_deleted);
    out_.length(s.entries_added);
    out_.length(s.groups.size());
    for (const auto& [name, g] : s.groups) group(g);
  }

 private:
  void id(Id id) noexcept {
    out_.length(id.ms);
    out_.length(id.seq);
  }
  void id_bytes(Id id) noexcept {
    char bytes[kIdBytes];
    encode(id, bytes);
    out_.bytes({bytes, kIdBytes});
  }
  void time(int64_t ms) noexcept {
    char bytes[8];
    listpack::store(bytes, ms);
    out_.bytes({bytes, sizeof bytes});
  }
  void group(const Group& g) noexcept {
    out_.text(g.name);
    id(g.last_id);
    out_.length(static_cast<uint64_t>(g.entries_read));
    out_.length(g.pending.size());
    for (auto p = g.pending.begin(); p != g.pending.end() && out_.ok(); p = g.pending.next(p)) {
      const Pending& entry = g.pending.at(p);
      id_bytes(entry.id);
      time(entry.delivered_ms);
      out_.length(entry.deliveries);
    }
    out_.length(g.consumers.size());
    for (const auto& [name, c] : g.consumers) {
      out_.text(c.name);
      time(c.seen_ms);
      out_.length(c.pending.size());
      for (auto p = c.pending.begin(); p != c.pending.end() && out_.ok(); p = c.pending.next(p))
        id_bytes(c.pending.at(p).id);
    }
  }

  keel::RdbWriter& out_;
};

// A stream that is being loaded; what is wrong is latched in the reader.
class Loading {
 public:
  Loading(keel::RdbReader& in, uint32_t code) noexcept : in_(in), code_(code), s_(Stream::make()) {
    if (s_ == nullptr) in_.fail(KEEL_E_MEMORY);
  }
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() { Stream::destroy(s_); }

  void stream() noexcept {
    blocks();
    const uint64_t length = in_.length();
    const Id last = id();
    if (!in_.ok()) return;
    if (length != s_->length || last < last_) return in_.fail();
    s_->last_id = last;
    s_->first_id = s_->find_first();
    s_->entries_added = length;
    if (code_ != StreamType::kFirst) {
      id();  // of the first entry, which is known
      s_->max_deleted = id();
      s_->entries_added = in_.length();
      // As a signed number, like the counts of groups.
      if (s_->entries_added > static_cast<uint64_t>(INT64_MAX)) in_.fail();
    }
    const uint64_t groups = in_.count(4);
    for (uint64_t i = 0; i < groups && in_.ok(); ++i) group();
  }
  Stream* give() noexcept { return std::exchange(s_, nullptr); }

 private:
  Id id() noexcept {
    const uint64_t ms = in_.length();
    return {ms, in_.length()};
  }
  Id id_bytes() noexcept {
    char bytes[kIdBytes] = {};
    in_.bytes(bytes, kIdBytes);
    return decode(bytes);
  }
  int64_t time() noexcept { return static_cast<int64_t>(in_.integer(8, false)); }

  void blocks() noexcept {
    const uint64_t n = in_.count(2);
    for (uint64_t i = 0; i < n && in_.ok(); ++i) {
      const keel::Block key = in_.text(KEEL_MEMORY_PLUGIN);
      if (in_.ok() && key.size() != kIdBytes) in_.fail();
      if (!in_.ok()) return;
      const Id first = decode(key.data());
      keel::Block bytes = in_.text();
      if (!in_.ok()) return;
      Id last;
      if ((i > 0 && first <= last_) || !valid({bytes.data(), bytes.size()}, first, last)) return in_.fail();
      last_ = last;
      Block b{first, bytes.data(), static_cast<uint32_t>(bytes.size()), 0};
      if (BlockReader(b).count() == 0) continue;  // all of its entries are deleted
      if (!s_->take(b)) return in_.fail(KEEL_E_MEMORY);
      bytes.release();
    }
  }

  void group() noexcept {
    const keel::Block name = in_.text(KEEL_MEMORY_PLUGIN);
    const Id last = id();
    int64_t read = kUnknownRead;
    if (code_ != StreamType::kFirst)
      read = static_cast<int64_t>(in_.length());
    else if (in_.ok())
      read = s_->count_up_to(last);
    if (!in_.ok()) return;
    const Str text{name.data(), name.size()};
    if (read < kUnknownRead || s_->find(text) != nullptr) return in_.fail();
    Group* g = s_->add_group(text, last, read);
    if (g == nullptr) return in_.fail(KEEL_E_MEMORY);

    const uint64_t pending = in_.count(kIdBytes + 9);
    for (uint64_t i = 0; i < pending && in_.ok(); ++i) {
      const Id entry = id_bytes();
      const int64_t delivered = time();
      const uint64_t deliveries = in_.length();
      if (!in_.ok()) return;
      if (i > 0 && entry <= g->pending.last().id) return in_.fail();
      if (g->pending.insert({entry, delivered, deliveries, nullptr}) == nullptr) return in_.fail(KEEL_E_MEMORY);
    }
    uint64_t owned = 0;
    const uint64_t consumers = in_.count(1 + 8 + 1);
    for (uint64_t i = 0; i < consumers && in_.ok(); ++i) owned += consumer(*g);
    if (owned != pending) in_.fail();
  }

  // How many entries are pending with it.
  uint64_t consumer(Group& g) noexcept {
    const keel::Block name = in_.text(KEEL_MEMORY_PLUGIN);
    const int64_t seen = time();
    if (code_ == StreamType::kThird) time();  // when it was last active, which 7.0 does not tell
    const uint64_t n = in_.count(kIdBytes);
    if (!in_.ok()) return 0;
    const Str text{name.data(), name.size()};
    if (g.find(text) != nullptr) return in_.fail(), 0;
    Consumer* c = g.add(text, seen);
    if (c == nullptr) return in_.fail(KEEL_E_MEMORY), 0;
    for (uint64_t i = 0; i < n && in_.ok(); ++i) {
      const Id entry = id_bytes();
      if (!in_.ok()) break;
      Pending* p = g.pending.find(entry);
      if (p == nullptr || p->consumer != nullptr || (i > 0 && entry <= c->pending.last().id)) return in_.fail(), 0;
      if (c->pending.insert({entry}) == nullptr) return in_.fail(KEEL_E_MEMORY), 0;
      p->consumer = c;
    }
    return n;
  }

  keel::RdbReader& in_;
  uint32_t code_;
  Stream* s_;
  Id last_;  // of the last entry so far, deleted or not
};

}  // namespace

keel_status StreamType::save(const keel_ref& r, keel_sink& sink) noexcept {
  keel::RdbWriter out(sink, *core);
  Saving(out).stream(*static_cast<const Stream*>(r.v.object));
  return out.status();
}

keel_status StreamType::load(keel_source& source, keel_ref& out, keel_error* error) noexcept {
  keel::RdbReader in(source, *core);
  Loading loading(in, source.code);
  if (in.ok()) loading.stream();
  if (!in.ok())
    return keel_fail(error, in.status(),
                     in.status() == KEEL_E_MEMORY ? "no memory for a stream" : "a stream is malformed or cut off");
  out.rep = KEEL_REP_OBJECT;
  out.enc = 0;
  out.v.object = loading.give();
  out.word = 0;
  return KEEL_OK;
}

}  // namespace streams
