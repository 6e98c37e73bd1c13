#include "host/exec/change_log.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "keel/cpp/text.hpp"

namespace keel::exec {

ChangeLog::~ChangeLog() {
  for (const auto& r : readers_) r->theirs->impl = nullptr;
}

void ChangeLog::append(uint32_t db, const keel_str* argv, uint32_t argc) {
  if (!active()) return;
  if (in_group_ && !group_open_) {
    put_mark("MULTI");
    group_open_ = true;
  }
  if (db != db_) {
    put_length('*', 2);
    put_word("SELECT");
    put_word(NumberText(uint64_t{db}));
    db_ = db;
  }
  put_length('*', argc);
  for (uint32_t i = 0; i < argc; ++i) put_word({argv[i].ptr, argv[i].len});
}

void ChangeLog::end_group() {
  if (group_open_ && active()) put_mark("EXEC");
  in_group_ = group_open_ = false;
}

void ChangeLog::put_mark(std::string_view word) {
  put_length('*', 1);
  put_word(word);
}

void ChangeLog::put_length(char kind, size_t n) {
  char line[24];
  line[0] = kind;
  char* to = write_integer(line + 1, static_cast<int64_t>(n));
  *to++ = '\r';
  *to++ = '\n';
  put(line, static_cast<size_t>(to - line));
}

void ChangeLog::put_word(std::string_view word) {
  put_length('$', word.size());
  put(word.data(), word.size());
  put("\r\n", 2);
}

void ChangeLog::put(const char* p, size_t n) {
  while (n > 0) {
    if (room_ == 0) {
      Chunk chunk{static_cast<char*>(base::allocate(kChunk, base::MemoryTag::kLog))};
      if (!chunk) throw std::bad_alloc{};
      to_ = chunk.get();
      room_ = kChunk;
      const std::lock_guard lock{mutex_};
      if (chunks_.empty()) begin_ = written_;
      chunks_.push_back(std::move(chunk));
    }
    const size_t now = std::min(n, room_);
    std::memcpy(to_, p, now);
    to_ += now, room_ -= now, written_ += now;
    p += now, n -= now;
  }
}

void ChangeLog::publish_grown() noexcept {
  end_.store(written_, std::memory_order_release);
  for (const auto& r : readers_) r->theirs->grown(r->theirs);
}

keel_status ChangeLog::open(keel_log_reader& reader, uint64_t from, keel_error* error) {
  // Nobody begins in the middle of a transaction; the rest of this one will be another.
  if (from == KEEL_LOG_END && group_open_) {
    put_mark("EXEC");
    group_open_ = false;
  }
  const std::lock_guard lock{mutex_};
  if (from == KEEL_LOG_END) {
    from = written_;
    db_ = UINT32_MAX;
  } else if (readers_.empty() ? from != written_ : from < begin_ || from > end()) {
    return keel_fail(error, KEEL_E_ARG, "the change log does not hold this offset");
  }
  readers_.push_back(std::unique_ptr<Reader>(new Reader{&reader, {from}, this}));
  reader.impl = readers_.back().get();
  return KEEL_OK;
}

void ChangeLog::close(keel_log_reader& reader) noexcept {
  const std::lock_guard lock{mutex_};
  std::erase_if(readers_, [&](const auto& r) { return r->theirs == &reader; });
  reader.impl = nullptr;
  if (!readers_.empty()) return trim();
  group_open_ = false;
  chunks_.clear();
  to_ = nullptr;
  room_ = 0;
  begin_ = written_;
  end_.store(written_, std::memory_order_release);
}

keel_str ChangeLog::read(keel_log_reader& reader) noexcept {
  const uint64_t at = of(reader).position.load(std::memory_order_relaxed), last = end();
  if (at >= last) return {nullptr, 0};
  const std::lock_guard lock{mutex_};
  const uint64_t chunk = (at - begin_) / kChunk, in_chunk = (at - begin_) % kChunk;
  return {chunks_[chunk].get() + in_chunk, static_cast<size_t>(std::min<uint64_t>(kChunk - in_chunk, last - at))};
}

void ChangeLog::advance(keel_log_reader& reader, uint64_t n) noexcept {
  Reader& r = of(reader);
  const uint64_t before = r.position.load(std::memory_order_relaxed), after = std::min(before + n, end());
  const std::lock_guard lock{mutex_};
  r.position.store(after, std::memory_order_relaxed);
  if ((before - begin_) / kChunk != (after - begin_) / kChunk) trim();
}

uint64_t ChangeLog::position(const keel_log_reader& reader) noexcept {
  return static_cast<const Reader*>(reader.impl)->position.load(std::memory_order_relaxed);
}

uint64_t ChangeLog::begin() const noexcept {
  const std::lock_guard lock{mutex_};
  return begin_;
}

// Drops the chunks that every reader has passed, but for the one that is being filled. The mutex is held.
void ChangeLog::trim() noexcept {
  uint64_t oldest = UINT64_MAX;
  for (const auto& r : readers_) oldest = std::min(oldest, r->position.load(std::memory_order_relaxed));
  while (chunks_.size() > 1 && begin_ + kChunk <= oldest) {
    chunks_.pop_front();
    begin_ += kChunk;
  }
}

}  // namespace keel::exec
