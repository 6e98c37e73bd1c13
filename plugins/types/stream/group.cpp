#include "plugins/types/stream/group.h"

namespace streams {
namespace {

// Bytes of a node of a map beside its value: three links and a colour.
constexpr uint64_t kNode = 4 * sizeof(void*) + sizeof(Name);

}  // namespace

Consumer* Group::add(Str consumer, int64_t now_ms) noexcept {
  try {
    const auto [it, fresh] = consumers.try_emplace(Name(consumer));
    it->second.name = it->first;
    it->second.seen_ms = now_ms;
    return &it->second;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void Group::remove(Consumer& c) noexcept {
  for (auto p = c.pending.begin(); p != c.pending.end(); p = c.pending.next(p)) pending.erase(c.pending.at(p).id);
  consumers.erase(consumers.find(c.name));
}

Pending* Group::assign(Id id, Consumer& to, int64_t delivered_ms, uint64_t deliveries) noexcept {
  Pending* there = pending.find(id);
  if (there == nullptr || there->consumer != &to)
    if (to.pending.insert({id}) == nullptr) return nullptr;
  if (there == nullptr) {
    there = pending.insert({id, delivered_ms, deliveries, &to});
    if (there == nullptr) to.pending.erase(id);
    return there;
  }
  if (there->consumer != &to) there->consumer->pending.erase(id);
  *there = {id, delivered_ms, deliveries, &to};
  return there;
}

bool Group::acknowledge(Id id) noexcept {
  const auto p = pending.lower(id);
  if (p == pending.end() || pending.at(p).id != id) return false;
  pending.at(p).consumer->pending.erase(id);
  pending.erase(p);
  return true;
}

bool Group::copy(const Group& from) noexcept {
  last_id = from.last_id;
  entries_read = from.entries_read;
  if (!pending.copy(from.pending)) return false;
  for (const auto& [key, c] : from.consumers) {
    Consumer* made = add(c.name, c.seen_ms);
    if (made == nullptr || !made->pending.copy(c.pending)) return false;
    for (auto p = c.pending.begin(); p != c.pending.end(); p = c.pending.next(p))
      pending.find(c.pending.at(p).id)->consumer = made;
  }
  return true;
}

uint64_t Group::memory() const noexcept {
  uint64_t bytes = kNode + sizeof(Group) + name.size() + pending.memory();
  for (const auto& [key, c] : consumers) bytes += kNode + sizeof(Consumer) + key.size() + c.pending.memory();
  return bytes;
}

uint64_t Group::allocations() const noexcept {
  uint64_t n = 2 + pending.allocations() + 2 * consumers.size();
  for (const auto& [key, c] : consumers) n += c.pending.allocations();
  return n;
}

const char* Group::broken() const noexcept {
  if (const char* why = pending.broken()) return why;
  uint64_t owned = 0;
  for (const auto& [key, c] : consumers) {
    if (c.name != key) return "a consumer does not know its name";
    if (const char* why = c.pending.broken()) return why;
    for (auto p = c.pending.begin(); p != c.pending.end(); p = c.pending.next(p)) {
      const Pending* there = pending.find(c.pending.at(p).id);
      if (there == nullptr || there->consumer != &c) return "an entry is pending with a consumer, but not in the group";
    }
    owned += c.pending.size();
  }
  return owned == pending.size() ? nullptr : "a pending entry has no consumer";
}

}  // namespace streams
