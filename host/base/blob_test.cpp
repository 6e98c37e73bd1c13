#include "host/base/blob.h"

#include <gtest/gtest.h>

#include <thread>
#include <utility>
#include <vector>

namespace keel::base {
namespace {

class BlobTest : public ::testing::Test {
 protected:
  void TearDown() override { EXPECT_EQ(counted_bytes(MemoryTag::kValue), before_) << "not everything was freed"; }
  int64_t counted() const { return counted_bytes(MemoryTag::kValue) - before_; }

 private:
  const int64_t before_ = counted_bytes(MemoryTag::kValue);
};

TEST_F(BlobTest, TakesTheWholeBlock) {
  for (const size_t n : {size_t{0}, size_t{1}, size_t{200}, size_t{5000}, size_t{1} << 20}) {
    Blob* b = Blob::make(n);
    ASSERT_NE(b, nullptr);
    EXPECT_GE(b->capacity(), n);
    EXPECT_EQ(static_cast<int64_t>(b->footprint()), counted());
    std::memset(b->data(), 'x', b->capacity());
    EXPECT_EQ(reinterpret_cast<uintptr_t>(b->data()) % 16, 0u);
    b->drop();
  }
}

TEST_F(BlobTest, TheLastUserFreesIt) {
  Blob* b = Blob::make(100);
  EXPECT_FALSE(b->shared());
  b->add_user();
  EXPECT_TRUE(b->shared());
  b->drop();
  EXPECT_FALSE(b->shared());
  EXPECT_GT(counted(), 0);
  b->drop();
}

TEST_F(BlobTest, UsersMayBeOnManyThreads) {
  Blob* b = Blob::make(100);
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    b->add_user();
    threads.emplace_back([b] {
      for (int j = 0; j < 10000; ++j) {
        b->add_user();
        b->drop();
      }
      b->drop();
    });
  }
  threads.clear();
  EXPECT_FALSE(b->shared());
  b->drop();
}

TEST_F(BlobTest, AUseDropsOnce) {
  Blob* b = Blob::make(10);
  {
    BlobUse use{b};
    BlobUse moved{std::move(use)};
    EXPECT_FALSE(use);  // NOLINT(bugprone-use-after-move): it is what is tested
    EXPECT_EQ(moved.get(), b);
    BlobUse assigned;
    assigned = std::move(moved);
    BlobUse& same = assigned;
    assigned = std::move(same);
    EXPECT_EQ(assigned.get(), b);
    assigned = BlobUse{Blob::make(20)};
    EXPECT_NE(assigned.get(), b);
  }
  EXPECT_EQ(counted(), 0);
}

TEST_F(BlobTest, AUseCanBeGivenAway) {
  BlobUse use{Blob::make(10)};
  Blob* b = use.give();
  EXPECT_FALSE(use);
  use.reset();
  EXPECT_EQ(use.give(), nullptr);
  b->drop();
}

}  // namespace
}  // namespace keel::base
