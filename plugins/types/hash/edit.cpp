#include "plugins/types/hash/edit.h"

#include <cstring>

namespace hashes {

Added Edit::put(Str field, Str value) noexcept {
  if (table_ != nullptr) return table_->put({field, value, -1});
  const char* p = view().entry(field);
  if (p == nullptr) return add(field, value);
  if (!limits.take(field, value)) {
    if (!make_table()) return Added::kNoMemory;
    return table_->put({field, value, -1});
  }
  const bool done =
      listpack::replace(data(), listpack::next(p), listpack::Encoded(value), [this](size_t n) { return resize(n); });
  return done ? Added::kThere : Added::kNoMemory;
}

Added Edit::add(Str field, Str value) noexcept {
  if (table_ != nullptr) return table_->put({field, value, -1});
  if (limits.take(field, value) && limits.take(view().size() + 1)) return add_to_listpack(field, value);
  return make_table() ? table_->put({field, value, -1}) : Added::kNoMemory;
}

Added Edit::add_to_listpack(Str field, Str value) noexcept {
  const listpack::Encoded f(field), v(value);
  const size_t bytes = f.size() + v.size();
  if (data() == nullptr) {  // the first field of a hash, in one go
    const size_t size = listpack::kEmpty + bytes;
    char room[256];
    char* made = size <= sizeof room ? room : static_cast<char*>(types::take_memory(size));
    if (made == nullptr) return Added::kNoMemory;
    *v.write(f.write(made + listpack::kHeader)) = static_cast<char>(listpack::kEnd);
    listpack::write_header(made, size, 2);
    const bool done = become({made, size});
    if (made != room) types::give_memory(made, size);
    return done ? Added::kNew : Added::kNoMemory;
  }
  const size_t end = listpack::View(data()).bytes() - 1;
  char* gap = listpack::splice(data(), {end, 0, bytes, 0, 2}, [this](size_t n) { return resize(n); });
  if (gap == nullptr) return Added::kNoMemory;
  v.write(f.write(gap));
  return Added::kNew;
}

bool Edit::make_table() noexcept {
  ElementTable* made = ElementTable::make(types::Form::kPairs);
  if (made == nullptr) return false;
  bool whole = true;
  view().each([&](Str field, Str value) { return whole = made->put({field, value, -1}) != Added::kNoMemory; });
  if (whole && become(made)) return true;
  ElementTable::destroy(made);
  return false;
}

Removed Edit::remove(Str field) noexcept {
  if (table_ != nullptr) return table_->erase(field) ? Removed::kGone : Removed::kAbsent;
  const char* from = view().entry(field);
  if (from == nullptr) return Removed::kAbsent;
  const char* to = listpack::next(listpack::next(from));
  return listpack::erase(data(), from, to, 2, [this](size_t n) { return resize(n); }) ? Removed::kGone
                                                                                      : Removed::kNoMemory;
}

char* OwnEdit::resize(size_t n) noexcept {
  if (n > block_.size()) {
    keel::Block bigger(core_, n + n / 2, KEEL_MEMORY_VALUE);
    if (!bigger) return nullptr;
    if (block_) std::memcpy(bigger.data(), block_.data(), block_.size());
    block_ = std::move(bigger);
  }
  return block_.data();
}

bool OwnEdit::become(Str bytes) noexcept {
  if (resize(bytes.size()) == nullptr) return false;
  std::memcpy(block_.data(), bytes.data(), bytes.size());
  return true;
}

bool OwnEdit::become(ElementTable* table) noexcept {
  block_ = keel::Block();
  table_ = table;
  return true;
}

bool OwnEdit::give(keel_ref& out) noexcept {
  out.word = 0;
  if (table_ != nullptr) {
    out.rep = KEEL_REP_OBJECT;
    out.enc = kTable;
    out.v.object = std::exchange(table_, nullptr);
    return true;
  }
  const size_t size = listpack::View(block_.data()).bytes();
  keel::Block exact(core_, size, KEEL_MEMORY_VALUE);
  if (!exact) return false;
  std::memcpy(exact.data(), block_.data(), size);
  out.rep = KEEL_REP_BYTES;
  out.enc = kListpack;
  out.word = size;
  out.v.bytes = exact.release();
  return true;
}

}  // namespace hashes
