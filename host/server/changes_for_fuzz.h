// host/server/changes_for_fuzz.h - what the change log holds of the commands of one input, for running it again.
#pragma once
#include <string>
#include <vector>

#include "host/base/clock.h"
#include "host/exec/executor.h"
#include "host/net/request_parser.h"
#include "keel/cpp/text.hpp"

namespace keel::server {

class ChangesForFuzz {
 public:
  ChangesForFuzz() {
    reader_.grown = [](keel_log_reader*) noexcept {};
  }
  ChangesForFuzz(const ChangesForFuzz&) = delete;
  ChangesForFuzz& operator=(const ChangesForFuzz&) = delete;

  // [executor] False = the log cannot be read.
  bool follow(exec::Executor& executor) {
    keel_error error{};
    return executor.follow(reader_, KEEL_LOG_END, &error) == KEEL_OK;
  }
  // [executor] Reads what there is, and follows no more.
  void take(exec::Executor& executor) {
    bytes_.clear();
    for (keel_str s; (s = executor.change_log.read(reader_)).len > 0; executor.change_log.advance(reader_, s.len))
      bytes_.append(s.ptr, s.len);
    executor.change_log.close(reader_);
  }

  // Calls f(words) for each command; false = something is no command.
  template <class F>
  bool each(F f) const {
    constexpr net::ParserLimits kLimits{INT32_MAX, INT32_MAX, true};
    std::vector<keel_str> words;
    for (size_t position = 0; position < bytes_.size(); words.clear()) {
      net::RequestParser parser;
      if (parser.parse(bytes_.data(), bytes_.size(), position, words, kLimits) != net::RequestParser::Status::kCommand)
        return false;
      f(words);
    }
    return true;
  }

  // Whether a moment near the present one is in it: a key that lives until then may be gone before it is used again.
  bool depends_on_time() const {
    bool found = false;
    each([&found, now = base::unix_ms()](const std::vector<keel_str>& words) {
      constexpr int64_t kNear = 60'000;
      for (const keel_str& word : words) {
        const int64_t n = parse_integer(view(word)).value_or(0);
        found = found || (n > now - kNear && n < now + kNear) || (n > (now - kNear) / 1000 && n < (now + kNear) / 1000);
      }
    });
    return found;
  }

 private:
  keel_log_reader reader_{};
  std::string bytes_;
};

}  // namespace keel::server
