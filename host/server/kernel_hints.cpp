#include "host/server/kernel_hints.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "host/base/log.h"

namespace keel::server {
namespace {

using base::LogLevel;

bool refused(const char* what) {
  base::log(LogLevel::kWarning, std::string{what} + ": " + std::strerror(errno));
  return false;
}

class File {
 public:
  File(const std::string& path, int flags) noexcept : fd_(::open(path.c_str(), flags | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool read(int64_t& number) const {
    char text[32] = {};
    if (fd_ < 0 || ::read(fd_, text, sizeof text - 1) < 0) return false;
    number = std::strtoll(text, nullptr, 10);
    return true;
  }
  bool write(int64_t number) const {
    const std::string text = std::to_string(number) + "\n";
    return fd_ >= 0 && ::write(fd_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }

 private:
  const int fd_;
};

}  // namespace

bool OomScore::apply(const base::Settings& settings) {
  const base::OomScoreAdj mode = settings.oom_score_adj;
  if (mode == base::OomScoreAdj::kNo) {
    if (!adjusted_) return true;
    if (!File{file_, O_WRONLY}.write(began_with_)) return refused("Unable to write oom_score_adj");
    adjusted_ = false;
    return true;
  }
  if (!adjusted_ && !File{file_, O_RDONLY}.read(began_with_)) return refused("Unable to read oom_score_adj");
  int64_t score = settings.oom_score_adj_values[base::kOomPrimary];
  if (mode == base::OomScoreAdj::kRelative) score += began_with_;
  score = std::clamp<int64_t>(score, -1000, 1000);
  if (!File{file_, O_WRONLY}.write(score)) return refused("Unable to write oom_score_adj");
  adjusted_ = true;
  return true;
}

void settle_huge_pages(bool disable) {
  if (disable && ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0) return;
  std::ifstream file{"/sys/kernel/mm/transparent_hugepage/enabled"};
  std::string modes;
  std::getline(file, modes);
  if (modes.find("[always]") == std::string::npos) return;
  base::log(LogLevel::kWarning,
            "Transparent huge pages are enabled for every process, and this one keeps them. They make it slower and "
            "bigger. Set disable-thp to yes, or: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled");
}

}  // namespace keel::server
