// keel/cpp/rewrite.hpp - a value as commands in RESP, for rewrite() of a type.
#pragma once
#include <algorithm>

#include "keel/cpp/stream.hpp"

namespace keel {

class CommandWriter {
 public:
  explicit CommandWriter(keel_sink& sink) noexcept : out_(sink) {}
  bool ok() const noexcept { return out_.ok(); }
  keel_status status() const noexcept { return out_.status(); }

  // A command of that many words, which follow.
  void begin(uint64_t words) noexcept { line('*', words); }
  void word(Str s) noexcept {
    line('$', s.size());
    out_.bytes(s);
    out_.bytes("\r\n");
  }
  template <class... Words>
  void command(const Words&... words) noexcept {
    begin(sizeof...(words));
    (word(words), ...);
  }

 private:
  void line(char kind, uint64_t n) noexcept {
    out_.byte(static_cast<uint8_t>(kind));
    out_.bytes(NumberText(n));
    out_.bytes("\r\n");
  }

  Writer out_;
};

// A collection as `NAME key element...`, some elements at a time; element() comes before the words of each.
class ElementCommands {
 public:
  ElementCommands(CommandWriter& out, Str name, Str key, uint64_t elements, unsigned words_each = 1) noexcept
      : out_(out), name_(name), key_(key), left_(elements), each_(words_each) {}
  void element() noexcept {
    constexpr uint64_t kAtATime = 64;
    if (at_++ % kAtATime == 0) {
      out_.begin(2 + each_ * std::min(left_, kAtATime));
      out_.word(name_);
      out_.word(key_);
    }
    --left_;
  }

 private:
  CommandWriter& out_;
  Str name_, key_;
  uint64_t left_, at_ = 0;
  unsigned each_;
};

}  // namespace keel
