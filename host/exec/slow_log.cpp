#include "host/exec/slow_log.h"

#include <algorithm>

namespace keel::exec {

void SlowLog::add(const keel_str* argv, uint32_t argc, uint64_t us, int64_t time_s, std::string_view peer,
                  std::string_view client_name, size_t most) {
  constexpr uint32_t kMostWords = 32;
  constexpr size_t kMostBytes = 128;
  SlowEntry e{next_id_++, time_s, us, {}, std::string{peer}, std::string{client_name}};
  const uint32_t n = std::min(argc, kMostWords);
  for (uint32_t i = 0; i < n; ++i) {
    if (n != argc && i == n - 1) {
      e.words.push_back("... (" + std::to_string(argc - n + 1) + " more arguments)");
    } else if (argv[i].len > kMostBytes) {
      e.words.push_back(std::string{argv[i].ptr, kMostBytes} + "... (" + std::to_string(argv[i].len - kMostBytes) +
                        " more bytes)");
    } else {
      e.words.emplace_back(argv[i].ptr, argv[i].len);
    }
  }
  entries_.push_front(std::move(e));
  trim(most);
}

void SlowLog::trim(size_t most) {
  while (entries_.size() > most) entries_.pop_back();
}

}  // namespace keel::exec
