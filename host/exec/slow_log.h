// host/exec/slow_log.h - the commands that took long, newest first.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "keel/abi.h"

namespace keel::exec {

struct SlowEntry {
  uint64_t id;
  int64_t time_s;  // Unix time
  uint64_t us;
  std::vector<std::string> words;  // at most 32, each at most 128 bytes and a remark on what is cut
  std::string peer, client_name;
};

class SlowLog {
 public:
  void add(const keel_str* argv, uint32_t argc, uint64_t us, int64_t time_s, std::string_view peer,
           std::string_view client_name, size_t most);
  void trim(size_t most);
  void clear() noexcept { entries_.clear(); }
  const std::deque<SlowEntry>& entries() const noexcept { return entries_; }

 private:
  std::deque<SlowEntry> entries_;
  uint64_t next_id_ = 0;
};

}  // namespace keel::exec
