// host/exec/change_log.h - what has changed, as commands in RESP, for those who replay it: the append-only file,
// replicas, slot migration.  Nothing is kept while nobody reads.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "keel/abi.h"

namespace keel::exec {

class ChangeLog {
 public:
  // [executor] Adds a command on a database; a SELECT goes first when the database is another one.
  void append(uint32_t db, const keel_str* argv, uint32_t argc);

  // [any] Whether somebody reads.
  bool active() const noexcept { return readers_.load(std::memory_order_relaxed) > 0; }
  // [any] The offset behind the last byte; never goes back.
  uint64_t end() const noexcept { return end_.load(std::memory_order_acquire); }

  // [executor] A reader begins at end(); what it has not released stays.
  uint64_t open();
  void close(uint64_t position);
  // [any] Copies the bytes from `position` on, at most `most`; moves the reader's position forward.
  std::string read(uint64_t& position, size_t most);

 private:
  static constexpr size_t kChunk = 256 * 1024;
  struct Chunk {
    uint64_t begin;
    std::string bytes;
  };
  void trim();

  std::mutex mutex_;  // chunks_ and positions_: readers are other threads
  std::deque<Chunk> chunks_;
  std::deque<uint64_t> positions_;
  std::atomic<uint64_t> end_{0};
  std::atomic<uint32_t> readers_{0};
  uint32_t db_ = UINT32_MAX;
};

}  // namespace keel::exec
