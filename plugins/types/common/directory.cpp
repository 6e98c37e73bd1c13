#include "plugins/types/common/directory.h"

#include <algorithm>

namespace types {
namespace {

void** take_entries(size_t n) noexcept {
  return static_cast<void**>(take_memory(n * sizeof(void*)));
}
void give_entries(void** entries, size_t n) noexcept {
  give_memory(entries, n * sizeof(void*));
}

}  // namespace

AnyDirectory::~AnyDirectory() {
  for (size_t k = 0; k < children(); ++k) {
    const Child& c = children_ != nullptr ? children_[k] : first_;
    if (c.depth != 0) give_entries(c.many, c.size());
  }
  give_memory(children_, kChildren * sizeof(Child));
}

bool AnyDirectory::deepen(Child& c) noexcept {
  void** wider = take_entries(c.size() * 2);
  if (wider == nullptr) return false;
  for (size_t i = 0; i < c.size(); ++i) wider[2 * i] = wider[2 * i + 1] = c.depth == 0 ? c.one : c.many[i];
  if (c.depth != 0) give_entries(c.many, c.size());
  c.many = wider;
  ++c.depth;
  return true;
}

// What there is no memory for stays as it is.
void AnyDirectory::halve(Child& c) noexcept {
  void** old = c.many;
  const size_t size = c.size();
  if (c.depth == 1) {
    c.one = old[0];
  } else {
    void** narrower = take_entries(size / 2);
    if (narrower == nullptr) return;
    for (size_t i = 0; i < size / 2; ++i) narrower[i] = old[2 * i];
    c.many = narrower;
  }
  --c.depth;
  give_entries(old, size);
}

// One directory becomes kChildren.
bool AnyDirectory::cut() noexcept {
  auto* cuts = static_cast<Child*>(take_memory(kChildren * sizeof(Child)));
  if (cuts == nullptr) return false;
  const uint32_t depth = first_.depth - kRootBits;
  for (size_t k = 0; k < kChildren; ++k) {
    void** slice = first_.many + (k << depth);
    cuts[k] = {{slice[0]}, depth, 0};
    if (depth == 0) continue;
    cuts[k].many = take_entries(size_t{1} << depth);
    if (cuts[k].many == nullptr) {
      while (k-- > 0) give_entries(cuts[k].many, size_t{1} << depth);
      give_memory(cuts, kChildren * sizeof(Child));
      return false;
    }
    std::copy_n(slice, size_t{1} << depth, cuts[k].many);
  }
  give_entries(first_.many, first_.size());
  first_ = {{nullptr}, 0, 0};
  children_ = cuts;
  return true;
}

// kChildren directories of one entry each become one.  What there is no memory for stays as it is.
void AnyDirectory::collapse() noexcept {
  if (std::any_of(children_, children_ + kChildren, [](const Child& c) { return c.depth != 0; })) return;
  void** entries = take_entries(kChildren);
  if (entries == nullptr) return;
  for (size_t k = 0; k < kChildren; ++k) entries[k] = children_[k].one;
  give_memory(children_, kChildren * sizeof(Child));
  children_ = nullptr;
  first_.many = entries;
  first_.depth = kRootBits;
}

bool AnyDirectory::reserve(uint64_t hash, unsigned depth) noexcept {
  if (children_ == nullptr && depth > kWholeLimit && first_.depth == kWholeLimit && !cut()) return false;
  if (depth > bits() + kMostBits) return false;
  while (bits() + child(hash).depth < depth) {
    if (!deepen(child(hash))) return false;
    if (children_ == nullptr && depth > kWholeLimit && first_.depth == kWholeLimit && !cut()) return false;
  }
  return true;
}

void AnyDirectory::set(uint64_t hash, void* s, unsigned depth) noexcept {
  if (depth < bits()) {
    const size_t n = kChildren >> depth;
    const size_t from = (static_cast<size_t>(hash >> 56)) & ~(n - 1);
    for (size_t k = from; k < from + n; ++k) {
      Child& c = children_[k];
      if (c.depth == 0)
        c.one = s;
      else
        std::fill_n(c.many, c.size(), s);
    }
    return;
  }
  Child& c = child(hash);
  if (c.depth == 0) {
    c.one = s;
    return;
  }
  const size_t n = size_t{1} << (c.depth - (depth - bits()));
  std::fill_n(c.many + (index(c, hash) & ~(n - 1)), n, s);
}

void AnyDirectory::trim(uint64_t hash, uint64_t segments) noexcept {
  // Two entries that differ belong to segments of full depth.
  const auto can_halve = [](const Child& c) {
    for (size_t i = 0; i < c.size(); i += 2)
      if (c.many[i] != c.many[i + 1]) return false;
    return true;
  };
  Child& c = child(hash);
  if (c.depth > 0 && can_halve(c)) halve(c);
  if (children_ != nullptr && segments <= kCollapse) collapse();
}

bool AnyDirectory::shape_as(const AnyDirectory& other) noexcept {
  const auto shape = [](Child& c, const Child& as) {
    if (as.depth == 0) return true;
    void** entries = take_entries(as.size());
    if (entries == nullptr) return false;
    std::fill_n(entries, as.size(), nullptr);
    c.many = entries;
    c.depth = as.depth;
    return true;
  };
  if (other.children_ == nullptr) return shape(first_, other.first_);
  children_ = static_cast<Child*>(take_memory(kChildren * sizeof(Child)));
  if (children_ == nullptr) return false;
  std::fill_n(children_, kChildren, Child{{nullptr}, 0, 0});
  for (size_t k = 0; k < kChildren; ++k)
    if (!shape(children_[k], other.children_[k])) return false;
  return true;
}

uint64_t AnyDirectory::memory() const noexcept {
  uint64_t bytes = children_ != nullptr ? kChildren * sizeof(Child) : 0;
  for (size_t k = 0; k < children(); ++k) {
    const Child& c = children_ != nullptr ? children_[k] : first_;
    if (c.depth != 0) bytes += size_class(c.size() * sizeof(void*));
  }
  return bytes;
}

uint64_t AnyDirectory::allocations() const noexcept {
  return children_ != nullptr ? kChildren + 1 : 1;
}

}  // namespace types
