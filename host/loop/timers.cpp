#include "host/loop/timers.h"

namespace keel::loop {

void Timers::put(size_t i, keel_timer* t) noexcept {
  heap_[i] = t;
  t->impl[0] = reinterpret_cast<void*>(i + 1);
}

void Timers::up(size_t i) noexcept {
  keel_timer* t = heap_[i];
  for (; i > 0 && heap_[(i - 1) / 2]->due_ns > t->due_ns; i = (i - 1) / 2) put(i, heap_[(i - 1) / 2]);
  put(i, t);
}

void Timers::down(size_t i) noexcept {
  keel_timer* t = heap_[i];
  while (true) {
    size_t child = 2 * i + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->due_ns < heap_[child]->due_ns) ++child;
    if (heap_[child]->due_ns >= t->due_ns) break;
    put(i, heap_[child]);
    i = child;
  }
  put(i, t);
}

void Timers::remove(size_t i) noexcept {
  heap_[i]->impl[0] = nullptr;
  keel_timer* last = heap_.back();
  heap_.pop_back();
  if (i == heap_.size()) return;
  put(i, last);
  up(i);
  down(place_of(last) - 1);
}

void Timers::set(keel_timer* t, int64_t due_ns) {
  if (place_of(t) != 0) remove(place_of(t) - 1);
  t->due_ns = due_ns;
  if (due_ns == 0) return;
  // One that makes itself due again at once waits for the next turn, and lets the others run.
  if (due_ns <= now_ns_) t->due_ns = now_ns_ + 1;
  heap_.push_back(t);
  up(heap_.size() - 1);
}

void Timers::run_due(int64_t now_ns) {
  now_ns_ = now_ns;
  while (!heap_.empty() && heap_.front()->due_ns <= now_ns) {
    keel_timer* t = heap_.front();
    remove(0);
    t->task.run(&t->task);
  }
}

}  // namespace keel::loop
