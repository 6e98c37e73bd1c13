#include "host/base/memory.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace keel::base {
namespace {

int64_t values() {
  return counted_bytes(MemoryTag::kValue);
}

TEST(MemoryTest, CountsWhatTheAllocatorSpends) {
  const int64_t before = values();
  void* p = allocate(100, MemoryTag::kValue);
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(values() - before, static_cast<int64_t>(block_size(100)));
  EXPECT_GE(block_size(100), 100u);
  release(p, 100, MemoryTag::kValue);
  EXPECT_EQ(values(), before);
}

TEST(MemoryTest, TagsAreApart) {
  const int64_t value = values(), plugin = counted_bytes(MemoryTag::kPlugin), all = counted_bytes();
  void* p = allocate(1000, MemoryTag::kPlugin);
  EXPECT_EQ(values(), value);
  EXPECT_GT(counted_bytes(MemoryTag::kPlugin), plugin);
  EXPECT_EQ(counted_bytes() - all, counted_bytes(MemoryTag::kPlugin) - plugin);
  release(p, 1000, MemoryTag::kPlugin);
  EXPECT_EQ(counted_bytes(), all);
}

TEST(MemoryTest, NullIsReleasedWithoutEffect) {
  const int64_t before = values();
  release(nullptr, 100, MemoryTag::kValue);
  release_aligned(nullptr, 100, 64, MemoryTag::kValue);
  EXPECT_EQ(values(), before);
}

TEST(MemoryTest, AlignedBlocksAreZeroed) {
  const int64_t before = counted_bytes(MemoryTag::kTable);
  constexpr size_t kBytes = 64 * 40;
  for (int round = 0; round < 3; ++round) {  // the second block is likely to be the first one again
    auto* p = static_cast<char*>(allocate_aligned(kBytes, 256, MemoryTag::kTable));
    ASSERT_NE(p, nullptr);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % 256, 0u);
    for (size_t i = 0; i < kBytes; ++i) ASSERT_EQ(p[i], 0) << i;
    std::memset(p, 0xff, kBytes);
    release_aligned(p, kBytes, 256, MemoryTag::kTable);
  }
  EXPECT_EQ(counted_bytes(MemoryTag::kTable), before);
}

TEST(MemoryTest, BlockSizesNeverFallAndAreStable) {
  size_t last = 0;
  for (size_t n = 0; n < 10000; ++n) {
    const size_t size = block_size(n);
    ASSERT_GE(size, n);
    ASSERT_GE(size, last) << n;
    if (n > 0) {
      ASSERT_EQ(block_size(size), size) << n;
    }
    last = size;
  }
}

// What two sizes of one class share may be written to the end of the class.
TEST(MemoryTest, AWholeBlockIsUsable) {
  for (const size_t n : {size_t{1}, size_t{17}, size_t{100}, size_t{4096}, size_t{5000}}) {
    auto* p = static_cast<char*>(allocate(n, MemoryTag::kValue));
    std::memset(p, 1, block_size(n));
    release(p, block_size(n), MemoryTag::kValue);
  }
}

TEST(MemoryTest, AZeroSizeIsABlockToo) {
  const int64_t before = values();
  void* p = allocate(0, MemoryTag::kValue);
  ASSERT_NE(p, nullptr);
  release(p, 0, MemoryTag::kValue);
  EXPECT_EQ(values(), before);
}

TEST(MemoryTest, ABlockMayBeFreedByAnotherThreadAndThreadsMayEnd) {
  const int64_t before = values();
  std::vector<void*> blocks(1000);
  std::thread{[&] {
    for (void*& p : blocks) p = allocate(48, MemoryTag::kValue);
  }}.join();
  EXPECT_EQ(values() - before, 1000 * static_cast<int64_t>(block_size(48)));
  for (void* p : blocks) release(p, 48, MemoryTag::kValue);
  EXPECT_EQ(values(), before);
}

TEST(MemoryTest, ControlsTheAllocator) {
  if (std::string_view{allocator_name()} == "libc") {
    EXPECT_EQ(allocator_control("version", nullptr, nullptr, nullptr, 0), ENOENT);
    return;
  }
  const char* version = nullptr;
  size_t size = sizeof version;
  ASSERT_EQ(allocator_control("version", static_cast<void*>(&version), &size, nullptr, 0), 0);
  EXPECT_EQ(std::string{allocator_name()},
            "jemalloc-" + std::string{version}.substr(0, std::string{version}.find('-')));
  EXPECT_EQ(allocator_control("no.such.name", nullptr, nullptr, nullptr, 0), ENOENT);
}

TEST(MemoryTest, TellsOfTheAllocator) {
  EXPECT_FALSE(std::string{allocator_name()}.empty());
  std::vector<char> touched(1 << 20, 'x');
  const AllocatorStats stats = allocator_stats();
  if (stats.allocated == 0) GTEST_SKIP() << "the allocator of a sanitizer does not tell";
  EXPECT_GE(stats.resident, stats.allocated / 2);
  purge_allocator();
}

}  // namespace
}  // namespace keel::base
