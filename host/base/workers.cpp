#include "host/base/workers.h"

#include <pthread.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "host/base/roles.h"
#include "host/base/signal_stack.h"

namespace keel::base {
namespace {

struct Pool {
  std::mutex mutex;
  std::condition_variable wake;
  keel_task* first = nullptr;
  keel_task** last = &first;
  bool stopping = false;
  std::vector<std::thread> threads;
};

Pool& pool() {
  static Pool* p = new Pool;  // outlives every thread that might still ask
  return *p;
}

void work() {
  ::pthread_setname_np(::pthread_self(), "keel-worker");
  const SignalStack signal_stack;
  add_role(KEEL_ROLE_WORKER);
  Pool& p = pool();
  std::unique_lock lock{p.mutex};
  while (true) {
    p.wake.wait(lock, [&] { return p.first != nullptr || p.stopping; });
    if (p.first == nullptr) return;
    keel_task* task = p.first;
    p.first = task->next;
    if (p.first == nullptr) p.last = &p.first;
    lock.unlock();
    task->run(task);
    lock.lock();
  }
}

}  // namespace

void start_workers(uint32_t n) {
  Pool& p = pool();
  p.stopping = false;
  for (uint32_t i = 0; i < n; ++i) p.threads.emplace_back(work);
}

void stop_workers() {
  Pool& p = pool();
  {
    const std::lock_guard lock{p.mutex};
    p.stopping = true;
  }
  p.wake.notify_all();
  for (auto& t : p.threads) t.join();
  p.threads.clear();
}

void defer(keel_task* task) noexcept {
  Pool& p = pool();
  {
    const std::lock_guard lock{p.mutex};
    if (!p.threads.empty() && !p.stopping) {
      task->next = nullptr;
      *p.last = task;
      p.last = &task->next;
      p.wake.notify_one();
      return;
    }
  }
  task->run(task);
}

}  // namespace keel::base
