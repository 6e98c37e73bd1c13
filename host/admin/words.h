// host/admin/words.h - small words of handlers: help texts, yes and no, errors with a name in them.
#pragma once
#include <optional>
#include <string>

#include "keel/cpp/args.hpp"

namespace keel::admin {

inline std::string upper_case(Str s) {
  std::string out{s};
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

// The reply of HELP: what `command` is called with, the lines, and what ends them all.
inline keel_status reply_help(Ctx c, std::initializer_list<Str> lines) {
  c.array(lines.size() + 3);
  c.simple(upper_case(c.arg(0)) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
  for (const Str line : lines) c.simple(line);
  c.simple("HELP");
  return c.simple("    Prints this help.");
}

// "... Try CLIENT HELP.", when the words after a subcommand make no sense.
inline keel_status unknown_subcommand(Ctx c) {
  return c.error("ERR unknown subcommand or wrong number of arguments for '" + std::string{c.arg(1).substr(0, 128)} +
                 "'. Try " + upper_case(c.arg(0)) + " HELP.");
}

inline keel_status error_about(Ctx c, Str before, Str name, Str after = "'") {
  return c.error(std::string{before} + std::string{name} + std::string{after});
}

// Two words for yes and no; nullopt = neither.
inline std::optional<bool> either(Str s, Str yes, Str no) {
  if (same_word(s, yes)) return true;
  if (same_word(s, no)) return false;
  return std::nullopt;
}

// Milliseconds, as a timeout is given; nullopt = refused, and the reply is written.
inline std::optional<int64_t> timeout_ms(Ctx c, uint32_t arg) {
  const auto ms = parse_integer(c.arg(arg));
  if (!ms) return c.error("ERR timeout is not an integer or out of range"), std::nullopt;
  if (*ms < 0) return c.error("ERR timeout is negative"), std::nullopt;
  return ms;
}

// A moment (Unix ms) that many milliseconds (0 or more) after another; at the latest the year 2262, so that it can
// still be told in nanoseconds.
inline int64_t after_ms(int64_t moment, int64_t ms) noexcept {
  constexpr int64_t kEnd = INT64_MAX / 1'000'000;
  return moment < kEnd && ms < kEnd - moment ? moment + ms : kEnd;
}

}  // namespace keel::admin
