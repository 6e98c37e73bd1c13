#include "host/base/task_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace keel::base {
namespace {

struct Noted {
  keel_task task{};
  std::vector<int>* to = nullptr;
  int number = 0;
  TaskQueue* again = nullptr;  // pushes itself anew, once
};

void note(keel_task* t) noexcept {
  auto* n = reinterpret_cast<Noted*>(t);
  n->to->push_back(n->number);
  if (n->again != nullptr) std::exchange(n->again, nullptr)->push(t);
}

TEST(TaskQueueTest, RunsInTheOrderOfPushing) {
  TaskQueue queue;
  std::vector<int> ran;
  std::array<Noted, 5> tasks;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.run_all(), 0u);
  for (int i = 0; i < 5; ++i) {
    tasks[static_cast<size_t>(i)] = {{nullptr, note}, &ran, i};
    queue.push(&tasks[static_cast<size_t>(i)].task);
  }
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.run_all(), 5u);
  EXPECT_EQ(ran, (std::vector{0, 1, 2, 3, 4}));
  EXPECT_TRUE(queue.empty());
}

TEST(TaskQueueTest, WhatATaskPushesRunsNextTime) {
  TaskQueue queue;
  std::vector<int> ran;
  Noted task{{nullptr, note}, &ran, 7, &queue};
  queue.push(&task.task);
  EXPECT_EQ(queue.run_all(), 1u);
  EXPECT_FALSE(queue.empty());
  EXPECT_EQ(queue.run_all(), 1u);
  EXPECT_EQ(ran, (std::vector{7, 7}));
}

TEST(TaskQueueTest, ATaskMayFreeItself) {
  TaskQueue queue;
  static int freed;
  freed = 0;
  for (int i = 0; i < 3; ++i)
    queue.push(new keel_task{nullptr, [](keel_task* t) noexcept {
                               delete t;
                               ++freed;
                             }});
  EXPECT_EQ(queue.run_all(), 3u);
  EXPECT_EQ(freed, 3);
}

TEST(TaskQueueTest, ManyThreadsPushAndEachKeepsItsOrder) {
  constexpr int kThreads = 4, kEach = 20000;
  TaskQueue queue;
  std::vector<std::vector<int>> ran(kThreads);
  std::vector<std::vector<Noted>> tasks(kThreads);
  std::vector<std::jthread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    tasks[t].resize(kEach);
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        Noted& task = tasks[t][static_cast<size_t>(i)];
        task = {{nullptr, note}, &ran[t], i};
        queue.push(&task.task);
      }
    });
  }
  unsigned total = 0;
  while (total < kThreads * kEach) total += queue.run_all();
  for (const auto& r : ran) {
    ASSERT_EQ(r.size(), static_cast<size_t>(kEach));
    for (int i = 0; i < kEach; ++i) ASSERT_EQ(r[static_cast<size_t>(i)], i);
  }
}

}  // namespace
}  // namespace keel::base
