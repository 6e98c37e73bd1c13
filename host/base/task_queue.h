// host/base/task_queue.h - tasks from many threads for one: intrusive, without a lock.
#pragma once
#include <atomic>

#include "keel/host.h"

namespace keel::base {

class TaskQueue {
 public:
  // [any] The task stays the caller's and must live until it has run.
  void push(keel_task* task) noexcept {
    keel_task* head = head_.load(std::memory_order_relaxed);
    do {
      task->next = head;
    } while (!head_.compare_exchange_weak(head, task, std::memory_order_seq_cst, std::memory_order_relaxed));
  }
  bool empty() const noexcept { return head_.load(std::memory_order_seq_cst) == nullptr; }

  // The one reader: runs what was there, in the order of pushing; returns how many.
  unsigned run_all() noexcept {
    keel_task* newest = head_.exchange(nullptr, std::memory_order_acquire);
    keel_task* oldest = nullptr;
    while (newest != nullptr) {
      keel_task* next = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = next;
    }
    unsigned n = 0;
    while (oldest != nullptr) {
      keel_task* next = oldest->next;
      oldest->run(oldest);
      oldest = next;
      ++n;
    }
    return n;
  }

 private:
  std::atomic<keel_task*> head_{nullptr};
};

}  // namespace keel::base
