// host/exec/change_log.h - what has changed, as commands in RESP, for those who replay it: see keel/change_log.h, whose
// functions these are.
//
// The bytes lie in chunks of one size that are filled once and never move, so readers on other threads look at them
// while the executor appends behind: what lies before end() does not change.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "host/base/memory.h"
#include "keel/change_log.h"

namespace keel::exec {

class ChangeLog {
 public:
  ChangeLog() = default;
  ~ChangeLog();
  ChangeLog(const ChangeLog&) = delete;
  ChangeLog& operator=(const ChangeLog&) = delete;

  // [executor] Adds a command on a database; readers see it after publish().
  void append(uint32_t db, const keel_str* argv, uint32_t argc);
  // [executor] What is appended in between is one transaction: MULTI comes before the first command of it, EXEC after
  // the last, and neither when there is none.
  void begin_group() noexcept { in_group_ = true; }
  void end_group();
  // [executor] At the end of a turn: readers see what was appended, and are told.
  void publish() noexcept {
    if (written_ != end_.load(std::memory_order_relaxed)) publish_grown();
  }
  // [executor]
  bool active() const noexcept { return !readers_.empty(); }

  keel_status open(keel_log_reader& reader, uint64_t from, keel_error* error);
  void close(keel_log_reader& reader) noexcept;
  keel_str read(keel_log_reader& reader) noexcept;
  void advance(keel_log_reader& reader, uint64_t n) noexcept;
  static uint64_t position(const keel_log_reader& reader) noexcept;
  uint64_t begin() const noexcept;
  uint64_t end() const noexcept { return end_.load(std::memory_order_acquire); }

 private:
  static constexpr size_t kChunk = size_t{256} * 1024;
  struct Release {
    void operator()(char* p) const noexcept { base::release(p, kChunk, base::MemoryTag::kLog); }
  };
  using Chunk = std::unique_ptr<char, Release>;
  struct Reader {
    keel_log_reader* theirs;
    std::atomic<uint64_t> position;
    ChangeLog* log;
  };
  static Reader& of(keel_log_reader& r) noexcept { return *static_cast<Reader*>(r.impl); }

  void put(const char* p, size_t n);
  void put_word(std::string_view word);
  void put_length(char kind, size_t n);
  void put_mark(std::string_view word);
  void publish_grown() noexcept;
  void trim() noexcept;

  std::vector<std::unique_ptr<Reader>> readers_;  // [executor]
  char* to_ = nullptr;                            // where the next byte goes, and how much room is there [executor]
  size_t room_ = 0;
  uint64_t written_ = 0;      // offset behind the last byte, published or not [executor]
  uint32_t db_ = UINT32_MAX;  // that the log has selected [executor]
  bool in_group_ = false;     // [executor]
  bool group_open_ = false;   // MULTI is written, EXEC is not [executor]
  std::atomic<uint64_t> end_{0};

  mutable std::mutex mutex_;  // what follows, and changes of readers_
  std::deque<Chunk> chunks_;
  uint64_t begin_ = 0;  // offset of the first byte of the first chunk
};

}  // namespace keel::exec
