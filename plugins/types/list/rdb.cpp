// Saving and loading: the forms that a list has in RDB files.
//
//   18  number of nodes, each: container (1 = one element as it is, 2 = listpack), string    Redis 7.0; what is saved
//   14  number of nodes, each: string with a ziplist                                         3.2
//   10  string with a ziplist                                                                2.6
//    1  number of elements, each: string
#include "keel/cpp/rdb.hpp"
#include "keel/cpp/rewrite.hpp"

#include <cstring>

#include "plugins/types/common/ziplist.h"
#include "plugins/types/list/type.h"

namespace lists {
namespace {

enum Code : uint32_t { kStrings = 1, kOneZiplist = 10, kZiplists = 14, kListpacks = 18 };
enum Container : uint64_t { kPlain = 1, kListpack = 2 };

// An element of that size and more is a node of its own in Redis, without a listpack around it.
constexpr uint32_t kLeastPlain = uint32_t{1} << 30;

// The memory in which nodes are put together, one after the other.
class Buffer {
 public:
  // nullptr = out of memory.
  char* reserve(size_t n) noexcept {
    if (block_.size() < n) block_ = keel::Block(*types::memory_core, n, KEEL_MEMORY_PLUGIN);
    return block_.data();
  }

 private:
  keel::Block block_;
};

// One node as a listpack, or as a plain element.  [snapshot], so without entries_of().
keel_status save_node(const Node& n, Buffer& buffer, keel::RdbWriter& out) noexcept {
  if (n.count == 1 && n.used() >= kLeastPlain && !n.packed()) {
    out.length(kPlain);
    out.text(listpack::element(n.first()).text());
    return out.status();
  }
  const size_t size = listpack::kEmpty + n.used();
  char* made = buffer.reserve(size);
  if (made == nullptr) return KEEL_E_MEMORY;
  if (n.packed())
    unpack_to(n, made + listpack::kHeader);
  else
    std::memcpy(made + listpack::kHeader, n.first(), n.used());
  listpack::write_header(made, size, n.count);
  made[size - 1] = static_cast<char>(listpack::kEnd);
  out.length(kListpack);
  out.text({made, size});
  return out.status();
}

// f(entries) for each stretch of a list, while it returns true.  [snapshot], so without entries_of().
template <class F>
keel_status each_stretch(const keel_ref& r, F f) noexcept {
  if (r.rep != KEEL_REP_OBJECT) return f(short_of(r).entries()), KEEL_OK;
  Buffer buffer;
  for (const Node* n = list_of(r).first(); n != nullptr; n = n->next) {
    Str entries = n->packed() ? Str{} : n->entries();
    if (n->packed()) {
      char* to = buffer.reserve(n->used());
      if (to == nullptr) return KEEL_E_MEMORY;
      unpack_to(*n, to);
      entries = {to, n->used()};
    }
    if (!f(entries)) break;
  }
  return KEEL_OK;
}

// -- loading ---------------------------------------------------------------------------------------------------------

// A list under way; it is destroyed unless it is released.
class Loading {
 public:
  explicit Loading(const Limits& limits) noexcept : limits_(limits), list_(List::make(limits.depth)) {}
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;
  ~Loading() {
    if (list_ != nullptr) List::destroy(list_);
  }
  bool made() const noexcept { return list_ != nullptr; }

  void load(keel::RdbReader& in, uint32_t code) noexcept;
  keel_status put_into(keel_ref& out) noexcept;

 private:
  void add(keel::RdbReader& in, Str text) noexcept {
    if (text.size() > kLongestElement) return in.fail();
    if (!list_->push(Side::kBack, text, limits_)) in.fail(KEEL_E_MEMORY);
  }
  void add_ziplist(keel::RdbReader& in) noexcept;
  void add_listpack(keel::RdbReader& in) noexcept;

  const Limits& limits_;
  List* list_;
};

void Loading::add_ziplist(keel::RdbReader& in) noexcept {
  const keel::Block bytes = in.text(KEEL_MEMORY_PLUGIN);
  if (!in.ok()) return;
  const bool whole = types::each_of_ziplist({bytes.data(), bytes.size()}, [&](const listpack::Element& e) {
    char room[20];
    add(in, e.text(room));
    return in.ok();
  });
  if (!whole) in.fail();
}

// The block that was read becomes the node's: its header is room at the front, its end mark room at the back.
void Loading::add_listpack(keel::RdbReader& in) noexcept {
  keel::Block bytes = in.text(KEEL_MEMORY_VALUE);
  if (!in.ok()) return;
  if (!listpack::valid({bytes.data(), bytes.size()})) return in.fail();
  const listpack::View v(bytes.data());
  if (v.empty()) return;  // Redis passes over it, too
  Node* node = adopt_node(bytes.data(), static_cast<uint32_t>(bytes.size()), listpack::kHeader,
                          static_cast<uint32_t>(bytes.size() - 1), v.count());
  if (node == nullptr) return in.fail(KEEL_E_MEMORY);
  bytes.release();
  if (list_->append(node)) return;
  free_node(node);
  in.fail(KEEL_E_MEMORY);
}

void Loading::load(keel::RdbReader& in, uint32_t code) noexcept {
  if (code == kOneZiplist) return add_ziplist(in);
  for (uint64_t n = in.count(code == kListpacks ? 2 : 1); n > 0 && in.ok(); --n) {
    const uint64_t container = code == kListpacks ? in.length() : 0;
    if (!in.ok()) return;
    if (container == kListpack) {
      add_listpack(in);
    } else if (code == kZiplists) {
      add_ziplist(in);
    } else if (container == kPlain || code == kStrings) {
      const keel::Block text = in.text(KEEL_MEMORY_PLUGIN);
      if (in.ok()) add(in, {text.data(), text.size()});
    } else {
      in.fail();
    }
  }
}

// The value in the form that fits its size.
keel_status Loading::put_into(keel_ref& out) noexcept {
  if (list_->size() == 0) return KEEL_E_DATA;
  const Node& first = *list_->first();
  const size_t size = listpack::kEmpty + first.used();
  if (list_->nodes() > 1 || size > kMostShort) {
    list_->pack_all();
    out.rep = KEEL_REP_OBJECT;
    out.enc = kLong;
    out.v.object = std::exchange(list_, nullptr);
    out.word = 0;
    return KEEL_OK;
  }
  auto* bytes = static_cast<char*>(types::take_memory(size));
  if (bytes == nullptr) return KEEL_E_MEMORY;
  std::memcpy(bytes + listpack::kHeader, first.first(), first.used());
  listpack::write_header(bytes, size, first.count);
  bytes[size - 1] = static_cast<char>(listpack::kEnd);
  out.rep = KEEL_REP_BYTES;
  out.enc = kShort;
  out.v.bytes = bytes;
  out.word = size;
  return KEEL_OK;
}

}  // namespace

keel_status ListType::save(const keel_ref& r, keel_sink& sink) noexcept {
  keel::RdbWriter out(sink, *types::memory_core);
  if (r.rep != KEEL_REP_OBJECT) {
    out.length(1);
    out.length(kListpack);
    out.text(short_of(r).all());
    return out.status();
  }
  Buffer buffer;
  out.length(list_of(r).nodes());
  for (const Node* n = list_of(r).first(); n != nullptr; n = n->next)
    if (const keel_status status = save_node(*n, buffer, out); status != KEEL_OK) return status;
  return out.status();
}

keel_status ListType::load(keel_source& source, keel_ref& out, keel_error* error) noexcept {
  keel::RdbReader in(source, *types::memory_core);
  Loading loading(plugin->limits);
  if (!loading.made()) return keel_fail(error, KEEL_E_MEMORY, "no memory for a list");
  loading.load(in, source.code);
  const keel_status status = in.ok() ? loading.put_into(out) : in.status();
  if (status == KEEL_OK) return KEEL_OK;
  return keel_fail(error, status,
                   status == KEEL_E_MEMORY ? "no memory for a list" : "a list is malformed, empty or cut off");
}

keel_status ListType::rewrite(const keel_ref& r, Str key, keel_sink& resp) noexcept {
  keel::CommandWriter out(resp);
  keel::ElementCommands commands(out, "RPUSH", key, lists::length(r));
  const keel_status status = each_stretch(r, [&](Str entries) {
    for (const char* entry = entries.data(); entry != entries.data() + entries.size(); entry = listpack::next(entry)) {
      char room[20];
      commands.element();
      out.word(listpack::element(entry).text(room));
    }
    return out.ok();
  });
  return status == KEEL_OK ? out.status() : status;
}

}  // namespace lists
