// keel/cpp/args.hpp - parse everything, check once: a cursor over the words of a command that latches its first error,
// so that a handler reads like its line in the documentation.
#pragma once
#include "keel/cpp/ctx.hpp"

namespace keel {

class Args {
 public:
  explicit Args(Ctx c, uint32_t from) noexcept : c_(c), at_(from) {}

  bool more() const noexcept { return error_.empty() && at_ < c_.argc(); }
  uint32_t position() const noexcept { return at_; }
  uint32_t left() const noexcept { return c_.argc() - at_; }

  // Takes the word when it is `name`.
  bool take(Str name) noexcept {
    if (!more() || !c_.word(at_, name)) return false;
    ++at_;
    return true;
  }
  // Takes `name` and at least one word behind it.
  bool take_with_value(Str name) noexcept {
    if (at_ + 1 >= c_.argc() || !c_.word(at_, name)) return false;
    ++at_;
    return true;
  }
  Str text() noexcept {
    if (at_ >= c_.argc()) return fail(kSyntax), Str{};
    return c_.arg(at_++);
  }
  int64_t integer(Str if_not = kNotInteger) noexcept {
    const Str s = text();
    if (!error_.empty()) return 0;
    const auto n = parse_integer(s);
    if (!n) fail(if_not);
    return n.value_or(0);
  }
  int64_t integer_between(int64_t min, int64_t max, Str if_not) noexcept {
    const int64_t n = integer(if_not);
    if (n < min || n > max) fail(if_not);
    return n;
  }
  // Any word that no option took is a syntax error.
  void unknown() noexcept { fail(kSyntax); }
  void fail(Str error) noexcept {
    if (error_.empty()) error_ = error;
  }
  bool ok() const noexcept { return error_.empty(); }
  keel_status reply() noexcept { return c_.error(error_); }

 private:
  Ctx c_;
  uint32_t at_;
  Str error_{};
};

}  // namespace keel
