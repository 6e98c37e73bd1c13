// Saving and loading: the forms that a hash has in RDB files; see type.h.
#include <algorithm>
#include <cstring>

#include "keel/cpp/rdb.hpp"
#include "plugins/types/common/ziplist.h"
#include "plugins/types/hash/edit.h"
#include "plugins/types/hash/type.h"
#include "plugins/types/hash/zipmap.h"

namespace hashes {
namespace {

constexpr int64_t kLatestExpiry = (int64_t{1} << 48) - 1;  // as the format's source has it

// A hash that is being loaded; what is wrong is latched in the reader.
class Loading {
 public:
  explicit Loading(keel::RdbReader& in) noexcept : in_(in), hash_(*HashType::core) {}
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() {
    if (seen_ != nullptr) ElementTable::destroy(seen_);
  }

  bool add(Str field, Str value, int64_t expire_ms = kNoExpiry) noexcept {
    const Added fresh = note(field);
    if (fresh == Added::kThere) in_.fail();
    if (fresh == Added::kNoMemory || (fresh == Added::kNew && hash_.add(field, value, expire_ms) == Added::kNoMemory))
      in_.fail(KEEL_E_MEMORY);
    return in_.ok();
  }
  // Fields and values in turn, and in a row with expiries these.
  bool add(const listpack::Element& e, bool timed) noexcept {
    if (!field_) {
      field_ = e;
      return true;
    }
    if (timed && !value_) {
      value_ = e;
      return true;
    }
    int64_t expire_ms = kNoExpiry;
    if (timed) {
      if (!e.is_integer() || e.integer() < 0 || e.integer() > kLatestExpiry) return in_.fail(), false;
      if (e.integer() > 0) expire_ms = e.integer();
    }
    Room field, value;
    const Str f = field_->text(field.digits), v = (timed ? *value_ : e).text(value.digits);
    field_.reset();
    value_.reset();
    return add(f, v, expire_ms);
  }

  void strings() noexcept;
  void expiring() noexcept;
  void one_string(uint32_t code) noexcept;
  void give(keel_ref& out) noexcept {
    if (field_ || hash_.view().size() == 0) in_.fail();
    if (in_.ok() && !hash_.give(out)) in_.fail(KEEL_E_MEMORY);
  }

 private:
  // Whether the field is new.  A long listpack is not searched for each of its fields, which would take the square of
  // their number.
  Added note(Str field) noexcept {
    constexpr uint64_t kSearched = 128;
    const View hash = hash_.view();
    if (hash.table() != nullptr || hash.size() < kSearched) return hash.contains(field) ? Added::kThere : Added::kNew;
    if (seen_ == nullptr) {
      seen_ = ElementTable::make(types::Form::kMembers);
      if (seen_ == nullptr) return Added::kNoMemory;
      bool whole = true;
      hash.each([&](Str one, Str) { return whole = seen_->add({one, {}, -1}) != Added::kNoMemory; });
      if (!whole) return Added::kNoMemory;
    }
    return seen_->add({field, {}, -1});
  }

  keel::RdbReader& in_;
  OwnEdit hash_;
  ElementTable* seen_ = nullptr;
  std::optional<listpack::Element> field_, value_;
};

void Loading::strings() noexcept {
  const uint64_t n = in_.count(2);
  // What is no listpack in the end does not become one on the way.
  if (in_.ok() && !limits.take(n) && !hash_.make_table()) in_.fail(KEEL_E_MEMORY);
  for (uint64_t i = 0; i < n && in_.ok(); ++i) {
    const keel::Block field = in_.text(KEEL_MEMORY_PLUGIN);
    const keel::Block value = in_.text(KEEL_MEMORY_PLUGIN);
    if (in_.ok()) add({field.data(), field.size()}, {value.data(), value.size()});
  }
}

// As strings(), each field with its expiry: 0 = none, else one more than what it lies behind the earliest of all.
void Loading::expiring() noexcept {
  const auto earliest = static_cast<int64_t>(in_.integer(8, false));
  const uint64_t n = in_.count(3);
  if (in_.ok() && (earliest < 0 || earliest > kLatestExpiry)) in_.fail();
  if (in_.ok() && !limits.take(n) && !hash_.make_table()) in_.fail(KEEL_E_MEMORY);
  for (uint64_t i = 0; i < n && in_.ok(); ++i) {
    const uint64_t after = in_.length();
    if (after > static_cast<uint64_t>(kLatestExpiry)) in_.fail();
    const keel::Block field = in_.text(KEEL_MEMORY_PLUGIN);
    const keel::Block value = in_.text(KEEL_MEMORY_PLUGIN);
    if (!in_.ok()) return;
    const int64_t at = after == 0 ? kNoExpiry : earliest + static_cast<int64_t>(after) - 1;
    if (at == 0 || at > kLatestExpiry) return in_.fail();  // 0 is none in a row
    add({field.data(), field.size()}, {value.data(), value.size()}, at);
  }
}

void Loading::one_string(uint32_t code) noexcept {
  const keel::Block block = in_.text(KEEL_MEMORY_PLUGIN);
  if (!in_.ok()) return;
  const Str bytes{block.data(), block.size()};
  const bool timed = code == HashType::kPackedEx;
  const auto element = [this, timed](const listpack::Element& e) { return add(e, timed); };
  bool whole = false;
  if (code == HashType::kPacked || timed)
    whole = listpack::each_checked(bytes, element);
  else if (code == HashType::kZiplist)
    whole = types::each_of_ziplist(bytes, element);
  else
    whole = each_of_zipmap(bytes, [this](Str field, Str value) { return add(field, value); });
  if (!whole) in_.fail();
}

}  // namespace

uint32_t HashType::rdb_code(const keel_ref& r) noexcept {
  const bool timed = View(r, View::kAll).due() >= 0;
  if (r.rep == KEEL_REP_OBJECT) return timed ? kExpiring : kStrings;
  return r.enc == kListpackEx ? kPackedEx : kPacked;
}

keel_status HashType::save(const keel_ref& r, keel_sink& sink) noexcept {
  keel::RdbWriter out(sink, *core);
  const View hash(r, View::kAll);
  const uint32_t code = rdb_code(r);
  int64_t earliest = std::max<int64_t>(hash.due(), 0);
  if (code == kExpiring) {  // due() of a table is not exact
    earliest = INT64_MAX;
    hash.each([&earliest](Str, Str, int64_t expire_ms) {
      if (expire_ms >= 0) earliest = std::min(earliest, expire_ms);
      return true;
    });
  }
  if (code == kExpiring || code == kPackedEx) {
    char bytes[8];
    listpack::store(bytes, earliest);
    out.bytes({bytes, sizeof bytes});
  }
  if (hash.table() == nullptr) {
    const Packed& row = hash.packed();
    size_t size = listpack::kEmpty;
    for (const char* p = row.begin(); p != row.end(); p = Packed::next_entry(p)) {
      const auto body = static_cast<size_t>(Packed::next_entry(p) - p);
      size += body + listpack::backlen_size(body);
    }
    const types::Scratch whole(size);
    if (whole.data() == nullptr) return KEEL_E_MEMORY;
    listpack::write_header(whole.data(), size, row.size() * row.stride());
    char* to = whole.data() + listpack::kHeader;
    for (const char* p = row.begin(); p != row.end(); p = Packed::next_entry(p)) {
      const auto body = static_cast<size_t>(Packed::next_entry(p) - p);
      std::memcpy(to, p, body);
      to = listpack::write_backlen(to + body, body);
    }
    *to = static_cast<char>(listpack::kEnd);
    out.text(whole.all());
    return out.status();
  }
  out.length(hash.size());
  hash.each([&](Str field, Str value, int64_t expire_ms) {
    if (code == kExpiring) out.length(expire_ms < 0 ? 0 : static_cast<uint64_t>(expire_ms - earliest) + 1);
    out.text(field);
    out.text(value);
    return out.ok();
  });
  return out.status();
}

keel_status HashType::load(keel_source& source, keel_ref& out, keel_error* error) noexcept {
  keel::RdbReader in(source, *core);
  Loading loading(in);
  if (source.code == kPackedEx) in.integer(8, false);  // the earliest expiry, which the row begins with
  if (source.code == kStrings)
    loading.strings();
  else if (source.code == kExpiring)
    loading.expiring();
  else
    loading.one_string(source.code);
  if (in.ok()) loading.give(out);
  if (in.ok()) return KEEL_OK;
  return keel_fail(error, in.status(),
                   in.status() == KEEL_E_MEMORY ? "no memory for a hash"
                                                : "a hash is malformed, cut off, empty or has a field twice");
}

}  // namespace hashes
