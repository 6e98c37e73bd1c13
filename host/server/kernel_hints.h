// host/server/kernel_hints.h - what the server tells the kernel about its memory: whom to end first when there is none
// left, and that huge pages do not suit it.
#pragma once
#include <string>

#include "host/base/settings.h"

namespace keel::server {

// The process' place in the order in which the kernel ends processes: oom-score-adj and oom-score-adj-values.
class OomScore {
 public:
  explicit OomScore(std::string file = "/proc/self/oom_score_adj") : file_(std::move(file)) {}
  // [control|executor] Writes what the settings say: the value of a primary, relative to the score that the process
  // was started with or as it stands; `no` gives that first score back. False = the kernel refused; the log says why.
  bool apply(const base::Settings& settings);

 private:
  const std::string file_;
  bool adjusted_ = false;
  int64_t began_with_ = 0;
};

// [control] Keeps transparent huge pages away from the process, when `disable` says so. Warns when the kernel gives
// them to everybody and this process keeps them: a write to a page that is shared with a child copies two megabytes.
void settle_huge_pages(bool disable);

}  // namespace keel::server
