#include "host/exec/change_log.h"

#include <algorithm>

namespace keel::exec {
namespace {

void add_word(std::string& to, std::string_view word) {
  to.append("$").append(std::to_string(word.size())).append("\r\n").append(word).append("\r\n");
}

}  // namespace

void ChangeLog::append(uint32_t db, const keel_str* argv, uint32_t argc) {
  if (!active()) return;
  std::string record;
  if (db != db_) {
    record = "*2\r\n$6\r\nSELECT\r\n";
    add_word(record, std::to_string(db));
    db_ = db;
  }
  record.append("*").append(std::to_string(argc)).append("\r\n");
  for (uint32_t i = 0; i < argc; ++i) add_word(record, {argv[i].ptr, argv[i].len});
  const std::lock_guard lock{mutex_};
  const uint64_t at = end_.load(std::memory_order_relaxed);
  if (chunks_.empty() || chunks_.back().bytes.size() + record.size() > kChunk) chunks_.push_back({at, {}});
  chunks_.back().bytes += record;
  end_.store(at + record.size(), std::memory_order_release);
}

uint64_t ChangeLog::open() {
  const std::lock_guard lock{mutex_};
  readers_.fetch_add(1, std::memory_order_relaxed);
  db_ = UINT32_MAX;  // whoever begins here is told the database
  positions_.push_back(end());
  return end();
}

void ChangeLog::close(uint64_t position) {
  const std::lock_guard lock{mutex_};
  if (const auto at = std::find(positions_.begin(), positions_.end(), position); at != positions_.end()) {
    positions_.erase(at);
    readers_.fetch_sub(1, std::memory_order_relaxed);
    trim();
  }
}

std::string ChangeLog::read(uint64_t& position, size_t most) {
  const std::lock_guard lock{mutex_};
  const auto mine = std::find(positions_.begin(), positions_.end(), position);
  std::string out;
  for (const Chunk& c : chunks_) {
    if (out.size() == most) break;
    if (position >= c.begin + c.bytes.size()) continue;
    const size_t from = static_cast<size_t>(position - c.begin);
    const size_t n = std::min(most - out.size(), c.bytes.size() - from);
    out.append(c.bytes, from, n);
    position += n;
  }
  if (mine != positions_.end()) *mine = position;
  trim();
  return out;
}

void ChangeLog::trim() {
  uint64_t oldest = end_.load(std::memory_order_relaxed);
  for (const uint64_t p : positions_) oldest = std::min(oldest, p);
  while (!chunks_.empty() && chunks_.front().begin + chunks_.front().bytes.size() <= oldest) chunks_.pop_front();
}

}  // namespace keel::exec
