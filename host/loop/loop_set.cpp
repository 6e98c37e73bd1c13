#include "host/loop/loop_set.h"

#include <pthread.h>

#include <string>

#include "host/base/signal_stack.h"

namespace keel::loop {
namespace {

LoopSet* g_set = nullptr;  // the functions of keel.loop/1 have no other way to it

Loop& of(keel_loop* l) noexcept {
  return Loop::from(l);
}

constexpr keel_loops kTable = {
    {sizeof(keel_loops), 0},
    []() noexcept -> uint32_t { return g_set->size(); },
    [](uint32_t i) noexcept -> keel_loop* { return i < g_set->size() ? &(*g_set)[i] : nullptr; },
    []() noexcept -> keel_loop* { return &g_set->assign(); },
    []() noexcept -> keel_loop* { return Loop::current(); },
    [](keel_loop* l, keel_task* t) noexcept { of(l).post(t); },
    [](keel_loop* l, keel_timer* t, int64_t due) noexcept { of(l).timer(t, due); },
    [](keel_loop* l, int32_t fd) noexcept -> keel_file* { return of(l).adopt(fd); },
    [](keel_file* f, keel_op* op, uint32_t per_turn) noexcept { f->loop->accept(f, op, per_turn); },
    [](keel_file* f, keel_op* op, const void* a, uint32_t n) noexcept { f->loop->connect(f, op, a, n); },
    [](keel_file* f, keel_op* op, keel_buf into) noexcept { f->loop->recv(f, op, into); },
    [](keel_file* f, keel_op* op, const keel_str* iov, uint32_t n) noexcept -> keel_status {
      return f->loop->send(f, op, iov, n);
    },
    [](keel_file* f) noexcept { f->loop->close(f); },
    [](const keel_file* f) noexcept -> int32_t { return f->fd; },
};

}  // namespace

const keel_loops& LoopSet::table() noexcept {
  return kTable;
}

LoopSet::LoopSet(uint32_t n) {
  for (uint32_t i = 0; i < n; ++i) loops_.push_back(std::make_unique<Loop>(i));
  g_set = this;
}
LoopSet::~LoopSet() {
  g_set = nullptr;
}

Loop& LoopSet::assign() noexcept {
  return *loops_[next_.fetch_add(1, std::memory_order_relaxed) % loops_.size()];
}

void LoopSet::run() {
  std::vector<std::jthread> threads;
  for (uint32_t i = 1; i < size(); ++i) {
    threads.emplace_back([this, i] {
      const base::SignalStack signal_stack;
      const std::string name = "keel-io-" + std::to_string(i);
      ::pthread_setname_np(::pthread_self(), name.c_str());
      loops_[i]->run();
    });
  }
  loops_[0]->run();
  for (uint32_t i = 1; i < size(); ++i) loops_[i]->stop();
}

void LoopSet::stop() noexcept {
  loops_[0]->stop();
}

}  // namespace keel::loop
