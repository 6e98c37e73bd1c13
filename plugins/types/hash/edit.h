// plugins/types/hash/edit.h - changing a hash: the steps from a listpack to a table, for a hash under a key and for one
// that is being loaded.
#pragma once
#include "keel/cpp/memory.hpp"
#include "plugins/types/hash/view.h"

namespace hashes {

using types::Added;
enum class Removed : uint8_t { kNoMemory, kGone, kAbsent };

class Edit {
 public:
  virtual ~Edit() = default;
  Edit(const Edit&) = delete;
  Edit& operator=(const Edit&) = delete;

  View view() const noexcept { return {data(), table_}; }
  // Adds a field or replaces its value; a hash that is empty becomes one of this field.  The texts must not lie in the
  // hash.  kNoMemory: every field has the value that it had.
  Added put(Str field, Str value) noexcept;
  // Adds a field that is known not to be there.
  Added add(Str field, Str value) noexcept;
  Removed remove(Str field) noexcept;
  // False = out of memory.
  bool make_table() noexcept;

 protected:
  Edit() noexcept = default;
  // The listpack, or nullptr.
  virtual char* data() const noexcept = 0;
  // BYTES: changes the length, what is there stays; where they are now, or nullptr = out of memory.
  virtual char* resize(size_t) noexcept = 0;
  virtual bool become(Str bytes) noexcept = 0;
  // Takes the table over, unless it returns false.
  virtual bool become(ElementTable*) noexcept = 0;

  ElementTable* table_ = nullptr;

 private:
  Added add_to_listpack(Str field, Str value) noexcept;
};

// A hash under a key, or one that shall come there: the ref is filled by Ctx::write().
class KeyEdit final : public Edit {
 public:
  KeyEdit(Ctx c, Ref& r) noexcept : c_(c), r_(r) { fill(); }

 private:
  char* data() const noexcept override { return r_.rep() == KEEL_REP_BYTES ? r_.data() : nullptr; }
  char* resize(size_t n) noexcept override { return c_.resize(r_, n) == KEEL_OK ? r_.data() : nullptr; }
  bool become(Str bytes) noexcept override {
    return c_.put(r_, plugin(c_).type, kListpack, bytes) == KEEL_OK && fill();
  }
  bool become(ElementTable* table) noexcept override {
    return c_.put_object(r_, plugin(c_).type, kTable, table, 0) == KEEL_OK && fill();
  }
  bool fill() noexcept {
    table_ = r_.rep() == KEEL_REP_OBJECT ? &r_.object<ElementTable>() : nullptr;
    return true;
  }

  Ctx c_;
  Ref& r_;
};

// A hash of its own, which becomes the one that load() gives.
class OwnEdit final : public Edit {
 public:
  explicit OwnEdit(const keel_core& core) noexcept : core_(core) {}
  ~OwnEdit() override {
    if (table_ != nullptr) ElementTable::destroy(table_);
  }
  // Of a hash that is not empty; false = out of memory.
  bool give(keel_ref& out) noexcept;

 private:
  char* data() const noexcept override { return table_ == nullptr ? block_.data() : nullptr; }
  char* resize(size_t n) noexcept override;
  bool become(Str bytes) noexcept override;
  bool become(ElementTable*) noexcept override;

  const keel_core& core_;
  keel::Block block_;
};

}  // namespace hashes
