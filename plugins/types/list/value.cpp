#include "plugins/types/list/value.h"

#include <span>

namespace lists {
namespace {

using listpack::Encoded;
using listpack::View;

// For the listpack's editing functions: changes the length of a list's bytes.
class Resize {
 public:
  Resize(Ctx c, Ref& r) noexcept : c_(c), r_(r) {}
  char* operator()(size_t n) noexcept { return c_.resize(r_, n) == KEEL_OK ? r_.data() : nullptr; }

 private:
  Ctx c_;
  Ref& r_;
};

bool is_long(const Ref& r) noexcept {
  return r.rep() == KEEL_REP_OBJECT;
}

// Makes the nodes of a list that is short, or of one that is not there.  The ref knows nothing of it yet.
List* make_long(const Ref& r, const Limits& limits) noexcept {
  List* list = List::make(limits.depth);
  if (list == nullptr || !r || short_of(*r.raw()).empty()) return list;
  const View v = short_of(*r.raw());
  Node* node = make_node(v.entries(), v.count());
  if (node != nullptr && list->append(node)) return list;
  if (node != nullptr) free_node(node);
  List::destroy(list);
  return nullptr;
}

// A change that a short list is too small for: f(List&) on the list as an object.  When there is no memory for it, the
// list is as it was.
template <class F>
bool change_as_long(Ctx c, Ref& r, F f) noexcept {
  if (is_long(r)) return f(r.object<List>());
  List* list = make_long(r, plugin(c).limits);
  if (list == nullptr) return false;
  if (f(*list) && c.put_object(r, plugin(c).type, kLong, list, 0) == KEEL_OK) return true;
  List::destroy(list);
  return false;
}

// Whether a short list may get that many bytes and elements.
bool stays_short(const Ref& r, uint64_t bytes, uint64_t elements, const Limits& limits) noexcept {
  const uint64_t has = r ? short_of(*r.raw()).bytes() : listpack::kEmpty;
  const uint64_t count = r ? short_of(*r.raw()).count() : 0;
  return has + bytes <= kMostShort && count + elements <= limits.elements;
}

// Texts that are pushed one after the other, so at the front the last one comes first.
using Texts = std::span<const keel_str>;

void write_all(char* to, Side side, Texts texts) noexcept {
  for (size_t i = 0; i < texts.size(); ++i)
    to = Encoded(keel::view(texts[side == Side::kFront ? texts.size() - 1 - i : i])).write(to);
}

bool push_short(Ctx c, Ref& r, Side side, Texts texts, size_t bytes) noexcept {
  const auto count = static_cast<uint32_t>(texts.size());
  if (r) {
    const View v = short_of(*r.raw());
    const size_t at = side == Side::kFront ? listpack::kHeader : v.bytes() - 1;
    char* gap = listpack::splice(r.data(), {at, 0, bytes, 0, count}, Resize(c, r));
    if (gap == nullptr) return false;
    write_all(gap, side, texts);
    return true;
  }
  char made[kMostShort];
  write_all(made + listpack::kHeader, side, texts);
  const size_t size = listpack::kEmpty + bytes;
  made[size - 1] = static_cast<char>(listpack::kEnd);
  listpack::write_header(made, size, count);
  return c.put(r, plugin(c).type, kShort, Str{made, size}) == KEEL_OK;
}

bool push_all(Ctx c, Ref& r, Side side, Texts texts) noexcept {
  const Limits& limits = plugin(c).limits;
  if (!is_long(r)) {
    size_t bytes = 0;
    for (const keel_str& text : texts) {
      if (text.len > kMostShort || bytes > kMostShort) {
        bytes = kMostShort;
        break;
      }
      bytes += Encoded(keel::view(text)).size();
    }
    if (stays_short(r, bytes, texts.size(), limits)) return push_short(c, r, side, texts, bytes);
  }
  return change_as_long(c, r, [&](List& list) {
    for (size_t i = 0; i < texts.size(); ++i) {
      if (list.push(side, keel::view(texts[i]), limits)) continue;
      while (i-- > 0) list.pop(side);
      return false;
    }
    return true;
  });
}

// Bytes that a reply under way still sends from are not moved: from now on they are this key's alone.
bool own(Ctx c, Ref& r) noexcept {
  return c.resize(r, r.bytes().size()) == KEEL_OK;
}

}  // namespace

bool ready_to_erase(Ctx c, Ref& r, uint64_t from, uint64_t n) noexcept {
  return is_long(r) ? r.object<List>().ready_to_erase(from, n) : own(c, r);
}

bool push_words(Ctx c, Ref& r, Side side, uint32_t first) noexcept {
  return push_all(c, r, side, Texts(c.raw()->argv, c.argc()).subspan(first));
}

bool push(Ctx c, Ref& r, Side side, Str text) noexcept {
  const keel_str one = keel::str(text);
  return push_all(c, r, side, {&one, 1});
}

bool erase(Ctx c, Ref& r, uint64_t from, uint64_t n) noexcept {
  if (is_long(r)) {
    List& list = r.object<List>();
    if (n == 1 && from == 0) return list.pop(Side::kFront);
    if (n == 1 && from == list.size() - 1) return list.pop(Side::kBack);
    return list.erase(from, n);
  }
  if (n == 0) return true;
  const View v = short_of(*r.raw());
  const char* begin = v.at(static_cast<int64_t>(from));
  const char* end = from + n == v.count() ? v.end() : listpack::advance(begin, n);
  return listpack::erase(r.data(), begin, end, static_cast<uint32_t>(n), Resize(c, r));
}

bool keep(Ctx c, Ref& r, uint64_t from, uint64_t n) noexcept {
  if (is_long(r)) return r.object<List>().keep(from, n);
  // Once the bytes are this key's alone, nothing fails any more.
  return own(c, r) && erase(c, r, from + n, length(*r.raw()) - from - n) && erase(c, r, 0, from);
}

bool rotate(Ctx c, Ref& r, Side from, Str text) noexcept {
  if (is_long(r)) return r.object<List>().rotate(from, text, plugin(c).limits);
  // What the push makes of a short list has two nodes at most, so nothing fails behind it.
  return push(c, r, from == Side::kFront ? Side::kBack : Side::kFront, text) &&
         erase(c, r, from == Side::kFront ? 0 : length(*r.raw()) - 1, 1);
}

bool insert(Ctx c, Ref& r, uint64_t i, Str text) noexcept {
  const Limits& limits = plugin(c).limits;
  if (!is_long(r) && text.size() <= kMostShort) {
    const Encoded e(text);
    if (stays_short(r, e.size(), 1, limits)) {
      const View v = short_of(*r.raw());
      const char* before = i == v.count() ? v.end() : v.at(static_cast<int64_t>(i));
      return listpack::insert(r.data(), before, e, Resize(c, r));
    }
  }
  return change_as_long(c, r, [&](List& list) { return list.insert(i, text, limits); });
}

bool replace(Ctx c, Ref& r, uint64_t i, Str text) noexcept {
  if (!is_long(r) && text.size() <= kMostShort) {
    const View v = short_of(*r.raw());
    const char* entry = v.at(static_cast<int64_t>(i));
    const Encoded e(text);
    if (v.bytes() + e.size() - static_cast<size_t>(listpack::next(entry) - entry) <= kMostShort)
      return listpack::replace(r.data(), entry, e, Resize(c, r));
  }
  return change_as_long(c, r, [&](List& list) { return list.replace(i, text, plugin(c).limits); });
}

bool remove(Ctx c, Ref& r, const listpack::Needle& needle, Side side, uint64_t most, uint64_t& removed) noexcept {
  removed = 0;
  if (is_long(r)) return r.object<List>().remove(needle, side, most, plugin(c).limits, removed);
  if (short_of(*r.raw()).find(needle) == nullptr) return true;
  if (!own(c, r)) return false;
  const View v = short_of(*r.raw());
  uint32_t left = v.count();
  // A position from the side that stays where it is survives what is taken out on the way.
  const auto offset_of = [&](const char* p) { return static_cast<size_t>(p - r.data()); };
  size_t at = side == Side::kFront ? listpack::kHeader : v.bytes() - 1;
  for (; left > 0 && removed < most; --left) {
    const char* entry = r.data() + at;
    if (side == Side::kBack) entry = listpack::previous(entry);
    const char* after = listpack::next(entry);
    const size_t begin = offset_of(entry);
    if (!needle.is(entry)) {
      at = side == Side::kFront ? offset_of(after) : begin;
      continue;
    }
    listpack::erase(r.data(), entry, after, 1, Resize(c, r));
    ++removed;
    at = begin;
  }
  return true;
}

}  // namespace lists
