// plugins/types/set/edit.h - changing a set: the steps from one representation to the next, for a set under a key and
// for one that is being made.
#pragma once
#include <algorithm>

#include "plugins/types/common/growing_bytes.h"
#include "plugins/types/common/removed.h"
#include "plugins/types/set/view.h"

namespace sets {

using types::Added;
using types::Removed;

class Edit {
 public:
  virtual ~Edit() = default;
  Edit(const Edit&) = delete;
  Edit& operator=(const Edit&) = delete;

  View view() const noexcept { return {encoding_, bytes(), table_}; }
  uint64_t size() const noexcept { return view().size(); }
  // A set that is empty becomes one of this member.  kNoMemory: it is what it was.
  Added add(Str member) noexcept;
  Removed remove(Str member) noexcept;
  // The bytes may be changed where they lie; false = out of memory.
  bool own() noexcept { return table_ != nullptr || bytes().empty() || resize(bytes().size()); }
  // Takes out n members drawn at random, n at most size(): f(Str) for each before it goes.  After own().
  template <class F>
  void take_sample(uint64_t n, F f) noexcept;

 protected:
  Edit() noexcept = default;
  virtual Str bytes() const noexcept = 0;
  virtual char* data() noexcept = 0;
  // BYTES: changes the length, what is there stays.  False = out of memory; nothing has changed.
  virtual bool resize(size_t) noexcept = 0;
  virtual bool become(Encoding, Str bytes) noexcept = 0;
  // Takes the table over, unless it returns false.
  virtual bool become(ElementTable*) noexcept = 0;

  Encoding encoding_ = kPacked;
  ElementTable* table_ = nullptr;

 private:
  Added add_first(Str member) noexcept;
  Added add_integer(int64_t n) noexcept;
  Added add_packed(Str member) noexcept;
  Added add_to_table(Str member) noexcept;
  // The members of an intset and this one, which is not there yet, as strings.
  Added widen(Str member) noexcept;
};

template <class F>
void Edit::take_sample(uint64_t n, F f) noexcept {
  if (table_ != nullptr) return table_->take_sample(n, [&f](const types::Element& e) { f(e.key); });
  const View all = view();
  if (n == 1 && all.is_intset()) {
    Digits digits;
    const auto i = static_cast<size_t>(types::fast_random_below(all.size()));
    f(digits.of(types::intset::at(all.bytes(), i)));
    resize(types::intset::remove(data(), i));
    return;
  }
  types::Selection selection(all.size(), n);
  const auto keep = [&](Str member) {
    if (!selection.takes_next()) return true;
    f(member);
    return false;
  };
  Digits digits;
  // A shorter length that there is no memory for leaves bytes behind the last member, which count for nothing.
  if (encoding_ == kIntset)
    resize(types::intset::filter(data(), [&](int64_t number) { return keep(digits.of(number)); }));
  else
    resize(packed::filter(data(), keep));
}

// A set under a key, or one that shall come there: the ref is filled by Ctx::write().
class KeyEdit final : public Edit {
 public:
  KeyEdit(Ctx c, Ref& r) noexcept : c_(c), r_(r) { fill(); }

 private:
  Str bytes() const noexcept override { return r_.rep() == KEEL_REP_BYTES ? r_.bytes() : Str{}; }
  char* data() noexcept override { return r_.data(); }
  bool resize(size_t n) noexcept override { return c_.resize(r_, n) == KEEL_OK; }
  bool become(Encoding encoding, Str bytes) noexcept override {
    return c_.put(r_, plugin(c_).type, encoding, bytes) == KEEL_OK && fill();
  }
  bool become(ElementTable* table) noexcept override {
    return c_.put_object(r_, plugin(c_).type, kTable, table, 0) == KEEL_OK && fill();
  }
  bool fill() noexcept {
    encoding_ = static_cast<Encoding>(r_.encoding());
    table_ = r_.rep() == KEEL_REP_OBJECT ? &r_.object<ElementTable>() : nullptr;
    return true;
  }

  Ctx c_;
  Ref& r_;
};

// A set of its own.
class OwnEdit final : public Edit {
 public:
  explicit OwnEdit(const keel_core& core) noexcept : bytes_(core) {}
  ~OwnEdit() override {
    if (table_ != nullptr) ElementTable::destroy(table_);
  }
  // A table from the beginning; false = out of memory.
  bool begin_table() noexcept {
    ElementTable* made = ElementTable::make(types::Form::kMembers);
    return made != nullptr && become(made);
  }
  // A copy of a table, to begin with; false = out of memory.
  bool copy(const ElementTable& from) noexcept {
    ElementTable* made = from.copy();
    return made != nullptr && become(made);
  }
  // The value under a ref, which write() has filled; keeps its expiry, which the caller sets.  False = out of memory.
  bool put(Ctx c, Ref& r) noexcept;
  // As load() fills it; false = out of memory.
  bool give(keel_ref& out) noexcept;

 private:
  Str bytes() const noexcept override { return bytes_.all(); }
  char* data() noexcept override { return bytes_.data(); }
  bool resize(size_t n) noexcept override { return bytes_.resize(n) != nullptr; }
  bool become(Encoding encoding, Str bytes) noexcept override {
    if (!bytes_.assign(bytes)) return false;
    encoding_ = encoding;
    return true;
  }
  bool become(ElementTable*) noexcept override;

  types::GrowingBytes bytes_;  // none when it is a table
};

}  // namespace sets
