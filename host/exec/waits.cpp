#include "host/exec/waits.h"

#include <algorithm>

namespace keel::exec {

Wait& Waits::begin(Client& c, bool silent, int64_t deadline_ms, std::string at_deadline) {
  c.wait = std::make_unique<Wait>(Wait{.client = &c,
                                       .silent = silent,
                                       .deadline_ms = deadline_ms,
                                       .order = ++arrivals_,
                                       .at_deadline = std::move(at_deadline)});
  Wait& w = *c.wait;
  if (deadline_ms != 0) deadlines_.emplace(std::pair{deadline_ms, w.order}, &w);
  ++size_;
  return w;
}

void Waits::add_key(Wait& w, const KeyName& name, uint32_t index, uint16_t type, size_t most) {
  w.keys.reserve(most);  // links do not move
  WaitingKey& k = keys_.get(name);
  const auto same_key = [&k](const KeyWait& link) { return link.queue->key == &k; };
  if (std::any_of(w.keys.begin(), w.keys.end(), same_key)) return;
  auto q =
      std::find_if(k.queues.begin(), k.queues.end(), [type](const WaitQueue& queue) { return queue.type == type; });
  if (q == k.queues.end()) q = k.queues.insert(q, WaitQueue{&k, type});
  KeyWait& link = w.keys.emplace_back(KeyWait{&w, index, &*q, q->last});
  (q->last != nullptr ? q->last->after : q->first) = &link;
  q->last = &link;
  q->want_gone += w.want_gone ? 1 : 0;
}

void Waits::add_leaving(Wait& w, const void* leaving) {
  if (!std::exchange(w.for_leaving, true)) --size_;
  w.leaving.push_back(leaving);
  leaving_.emplace(leaving, &w);
}

void Waits::leave(KeyWait& link) noexcept {
  WaitQueue& q = *link.queue;
  (link.before != nullptr ? link.before->after : q.first) = link.after;
  (link.after != nullptr ? link.after->before : q.last) = link.before;
  q.want_gone -= link.wait->want_gone ? 1 : 0;
  tidy(*q.key);
}

// Nobody waits for the key: nobody knows it.
void Waits::tidy(WaitingKey& k) noexcept {
  if (k.busy) return;
  std::erase_if(k.queues, [](const WaitQueue& q) { return q.first == nullptr; });
  if (k.queues.empty() && !k.ready) keys_.erase(k);
}

std::unique_ptr<Wait> Waits::end(Client& c) noexcept {
  Wait& w = *c.wait;
  if (w.deadline_ms != 0) deadlines_.erase({w.deadline_ms, w.order});
  for (KeyWait& link : w.keys) leave(link);
  for (const void* l : w.leaving) {
    const auto [from, to] = leaving_.equal_range(l);
    leaving_.erase(std::find_if(from, to, [&w](const auto& entry) { return entry.second == &w; }));
  }
  if (!w.for_leaving) --size_;
  return std::move(c.wait);
}

void Waits::make_ready(WaitingKey& k) {
  if (k.ready) return;
  k.ready = true;
  ready_.push_back(&k);
}

void Waits::changed(const KeyName& name, State now, bool woken) {
  WaitingKey* k = keys_.find(name);
  if (k == nullptr || k->ready) return;
  const auto concerns = [&](const WaitQueue& q) { return q.fits(now.exists, now.type) ? woken : q.want_gone > 0; };
  if (std::any_of(k->queues.begin(), k->queues.end(), concerns)) make_ready(*k);
}

void Waits::all_changed(uint32_t db) {
  keys_.each([&](WaitingKey& k) {
    if (k.db == db) make_ready(k);
  });
}

}  // namespace keel::exec
