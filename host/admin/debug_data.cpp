// DEBUG: what is in the databases, and how it lies there.
#include <algorithm>
#include <array>
#include <new>

#include "host/admin/debug.h"
#include "host/admin/debug_value.h"
#include "host/admin/server.h"
#include "host/admin/text.h"
#include "keel/cpp/digest.hpp"

namespace keel::admin {
namespace {

using keyspace::Database;
using keyspace::Entry;

// Counts what a type saves, and keeps it when asked to.
class Sink {
 public:
  explicit Sink(bool keep) : keep_(keep) {
    sink_.impl = this;
    sink_.more = [](keel_sink* s, size_t need) noexcept -> keel_status {
      return static_cast<Sink*>(s->impl)->flush(need);
    };
    begin();
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  keel_sink* raw() { return &sink_; }
  uint64_t finish() {
    flush(0);
    return size_;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  void begin() {
    sink_.cur = room_.data();
    sink_.end = room_.data() + room_.size();
  }
  keel_status flush(size_t need) noexcept {
    if (need > room_.size()) return KEEL_E_ARG;
    const auto n = static_cast<size_t>(sink_.cur - room_.data());
    size_ += n;
    try {
      if (keep_) bytes_.append(room_.data(), n);
    } catch (...) {
      return KEEL_E_MEMORY;
    }
    begin();
    return KEEL_OK;
  }

  keel_sink sink_{};
  std::array<char, 16 * 1024> room_;
  std::string bytes_;
  uint64_t size_ = 0;
  bool keep_;
};

// Of DEBUG OBJECT; a field for which there is no memory is left out.
void append_field(keel_info_sink* sink, keel_str name, keel_str value) noexcept {
  try {
    std::string& text = *static_cast<std::string*>(sink->impl);
    text.append(" ").append(view(name)).append(":").append(view(value));
  } catch (const std::bad_alloc&) {
    return;
  }
}

std::string hexadecimal(std::string_view bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    out.append(1, kDigits[b >> 4]).append(1, kDigits[b & 15]);
  }
  return out;
}

// Mixes the value, and whether it expires (not when), into `d`.
Digest digest_of(const keyspace::Keyspace& keyspace, Entry* e, Digest d) {
  keel_ref ref{};
  e->describe(ref);
  const keel_type* type = keyspace.types()[e->type()];
  if (type == nullptr || type->digest == nullptr || type->digest(&ref, d.data()) != KEEL_OK) {
    Sink saved(true);
    if (type != nullptr) type->save(&ref, saved.raw());
    saved.finish();
    digest_mix(d, saved.bytes());
  }
  if (e->has_expiry()) digest_add(d, "!!expire!!");
  return d;
}

}  // namespace

keel_status debug_object(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  const DebugValue v = debug_value(c, c.arg(2));
  if (v.entry == nullptr) return c.error("ERR no such key");
  Sink sink(false);
  v.type->save(&v.ref, sink.raw());
  char address[24];
  std::snprintf(address, sizeof address, "%p", static_cast<void*>(v.entry));
  std::string text = "Value at:" + std::string{address} + " refcount:1 encoding:";
  text += v.encoding.empty() ? "unknown" : v.encoding;
  text += " serializedlength:" + std::to_string(sink.finish()) + " lru:" + std::to_string(v.entry->access()) +
          " lru_seconds_idle:" + std::to_string(executor.idle_ms(v.entry) / 1000);
  if (v.type->describe != nullptr) {
    keel_info_sink fields{{sizeof fields, 0}, &text, append_field};
    v.type->describe(&v.ref, &fields);
  }
  return c.simple(text);
}

keel_status debug_digest(Ctx c) {
  const keyspace::Keyspace& keyspace = exec::Executor::of(c.raw()).keyspace;
  Digest all{};
  for (size_t i = 0; i < keyspace.count(); ++i) {
    const Database& db = keyspace[i];
    if (db.keys.size() == 0) continue;
    const auto n = static_cast<uint32_t>(i);
    const std::array<char, 4> number = {static_cast<char>(n >> 24), static_cast<char>(n >> 16),
                                        static_cast<char>(n >> 8), static_cast<char>(n)};
    digest_mix(all, {number.data(), number.size()});
    // Entries are added, not mixed in: their order must not matter.
    db.keys.each([&](Entry* e) {
      Digest d{};
      digest_mix(d, e->key());
      digest_add(all, as_text(digest_of(keyspace, e, d)));
    });
  }
  return c.simple(hexadecimal(as_text(all)));
}

keel_status debug_digest_value(Ctx c) {
  exec::Executor& executor = exec::Executor::of(c.raw());
  c.array(c.argc() - 2);
  for (uint32_t i = 2; i < c.argc(); ++i) {
    Entry* e = debug_entry(c, c.arg(i));
    c.simple(hexadecimal(as_text(e != nullptr ? digest_of(executor.keyspace, e, {}) : Digest{})));
  }
  return KEEL_OK;
}

namespace {

void describe_table(std::string& out, const keyspace::Table& table) {
  if (table.size() == 0) {
    out += "No stats available for empty dictionaries\n";
    return;
  }
  const auto line = [&out](std::string_view name, uint64_t n) {
    out.append(" ").append(name).append(": ");
    append(out, n);
    out += '\n';
  };
  line("table size", table.slots());
  line("number of elements", table.size());
  line("segments", table.segments());
  line("bytes", table.footprint());
  std::array<uint64_t, 8> lengths{};
  table.probe_lengths(lengths.data(), lengths.size());
  out += " Buckets away from home:\n";
  for (size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] == 0) continue;
    out.append(i + 1 == lengths.size() ? "   >= " : "   ").append(std::to_string(i)).append(": ");
    append(out, lengths[i]);
    out.append(" (");
    append_fixed(out, static_cast<double>(lengths[i]) * 100 / static_cast<double>(table.size()), 2);
    out += "%)\n";
  }
}

}  // namespace

keel_status debug_htstats(Ctx c) {
  keyspace::Keyspace& keyspace = exec::Executor::of(c.raw()).keyspace;
  const auto db = parse_integer(c.arg(2));
  if (!db) return c.error(kNotInteger);
  if (*db < 0 || static_cast<uint64_t>(*db) >= keyspace.count()) return c.error("ERR Out of range database");
  const Database& found = keyspace[static_cast<size_t>(*db)];
  std::string text = "[Dictionary HT]\n";
  describe_table(text, found.keys);
  text += "[Expires HT]\n";
  describe_table(text, found.expires);
  return c.verbatim(text);
}

// Through SET, which knows how a string is kept. Keys that exist stay as they are.
keel_status debug_populate(Ctx c) {
  constexpr Str kBadNumber = "ERR value is out of range, must be positive";
  constexpr int64_t kLargest = 512 << 20;
  const auto count = parse_integer(c.arg(2));
  const Str prefix = c.argc() > 3 ? c.arg(3) : Str{"key"};
  const auto size = c.argc() > 4 ? parse_integer(c.arg(4)) : std::optional<int64_t>{0};
  if (!count || *count < 0 || !size || *size < 0 || *size > kLargest) return c.error(kBadNumber);
  exec::Executor& executor = exec::Executor::of(c.raw());
  exec::Command* set = executor.commands.find("set");
  if (set == nullptr || set->row.run == nullptr) return c.error("ERR no plugin for strings is loaded");
  executor.sync_cursor();
  const exec::ReplyBuffer::Mark mark = executor.replies().mark();
  const uint64_t dirty = executor.dirty;
  std::string key, value;
  for (int64_t i = 0; i < *count; ++i) {
    const std::string number = std::to_string(i);
    key.assign(prefix).append(":").append(number);
    if (debug_entry(c, key) != nullptr) continue;
    value.assign("value:").append(number);
    if (*size > 0) value.resize(static_cast<size_t>(*size), '\0');
    const keel_str words[] = {str("SET"), str(key), str(value)};
    executor.call(*set, words, 3);
    executor.replies().rewind(mark);
  }
  executor.dirty = dirty;  // as in Redis, this is no change
  executor.give_cursor();
  return c.ok();
}

}  // namespace keel::admin
