// Saving and loading: the forms that a hash has in RDB files; see type.h.
#include "keel/cpp/rdb.hpp"

#include "plugins/types/common/ziplist.h"
#include "plugins/types/hash/edit.h"
#include "plugins/types/hash/type.h"
#include "plugins/types/hash/zipmap.h"

namespace hashes {
namespace {

// A hash that is being loaded; what is wrong is latched in the reader.
class Loading {
 public:
  explicit Loading(keel::RdbReader& in) noexcept : in_(in), hash_(*HashType::core) {}
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() {
    if (seen_ != nullptr) ElementTable::destroy(seen_);
  }

  bool add(Str field, Str value) noexcept {
    const Added fresh = note(field);
    if (fresh == Added::kThere) in_.fail();
    if (fresh == Added::kNoMemory || (fresh == Added::kNew && hash_.add(field, value) == Added::kNoMemory))
      in_.fail(KEEL_E_MEMORY);
    return in_.ok();
  }
  // Fields and values in turn.
  bool add(const listpack::Element& e) noexcept {
    if (!field_) {
      field_ = e;
      return true;
    }
    Room field, value;
    const Str f = field_->text(field.digits);
    field_.reset();
    return add(f, e.text(value.digits));
  }

  void strings() noexcept;
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
  std::optional<listpack::Element> field_;
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

void Loading::one_string(uint32_t code) noexcept {
  const keel::Block block = in_.text(KEEL_MEMORY_PLUGIN);
  if (!in_.ok()) return;
  const Str bytes{block.data(), block.size()};
  const auto element = [this](const listpack::Element& e) { return add(e); };
  bool whole = false;
  if (code == HashType::kPacked)
    whole = listpack::each_checked(bytes, element);
  else if (code == HashType::kZiplist)
    whole = types::each_of_ziplist(bytes, element);
  else
    whole = each_of_zipmap(bytes, [this](Str field, Str value) { return add(field, value); });
  if (!whole) in_.fail();
}

}  // namespace

uint32_t HashType::rdb_code(const keel_ref& r) noexcept {
  return r.rep == KEEL_REP_OBJECT ? kStrings : kPacked;
}

keel_status HashType::save(const keel_ref& r, keel_sink& sink) noexcept {
  keel::RdbWriter out(sink, *core);
  const View hash(r);
  if (hash.table() == nullptr) {
    out.text(listpack::View(hash.bytes()).all());
    return out.status();
  }
  out.length(hash.size());
  hash.each([&out](Str field, Str value) {
    out.text(field);
    out.text(value);
    return out.ok();
  });
  return out.status();
}

keel_status HashType::load(keel_source& source, keel_ref& out, keel_error* error) noexcept {
  keel::RdbReader in(source, *core);
  Loading loading(in);
  if (source.code == kStrings)
    loading.strings();
  else
    loading.one_string(source.code);
  if (in.ok()) loading.give(out);
  if (in.ok()) return KEEL_OK;
  return keel_fail(error, in.status(),
                   in.status() == KEEL_E_MEMORY ? "no memory for a hash"
                                                : "a hash is malformed, cut off, empty or has a field twice");
}

}  // namespace hashes
