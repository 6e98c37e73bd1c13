// keel/cpp/glob.hpp - patterns as KEYS, the commands of the SCAN family, PSUBSCRIBE and CONFIG GET take them:
// * ? [a-z] [^a] \x.
//
// Time is bounded by length of pattern times length of text, whatever the pattern; nothing recurses or allocates.
#pragma once
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

namespace keel {

enum class GlobCase { kExact, kIgnore };  // kIgnore: ASCII letters only

// A pattern, looked at once and then asked for many texts.  Borrows the pattern's bytes.  [any]
class Glob {
 public:
  explicit Glob(std::string_view pattern, GlobCase letter_case = GlobCase::kExact) noexcept;

  bool matches(std::string_view text) const noexcept;
  bool matches_all() const noexcept { return all_; }            // nothing but stars
  bool is_literal() const noexcept { return literal_; }         // only the text that equals the pattern matches
  std::string_view prefix() const noexcept { return prefix_; }  // every match begins with it (kIgnore: in any case)

 private:
  std::string_view prefix_;
  std::string_view rest_;  // from the first special character on
  GlobCase case_;
  bool all_;
  bool literal_;
};

namespace glob {

using Byte = unsigned char;

constexpr Byte fold(Byte c) {
  return c >= 'A' && c <= 'Z' ? static_cast<Byte>(c + 32) : c;
}
constexpr bool same(Byte a, Byte b, bool ignore_case) {
  return a == b || (ignore_case && fold(a) == fold(b));
}

// Reads the set whose '[' stands at p[at - 1]; at moves behind its ']', or to the end when there is none.
// A reversed range counts like its mirror; what follows '-' is the end of the range, even a ']'.
inline bool in_set(std::string_view p, size_t& at, Byte c, bool ignore_case) {
  bool found = false;
  const bool inverted = at < p.size() && p[at] == '^';
  if (inverted) ++at;
  while (at < p.size()) {
    const Byte first = static_cast<Byte>(p[at]);
    if (first == '\\' && at + 1 < p.size()) {
      // Escapes are compared exactly, also when case is ignored.
      found = found || static_cast<Byte>(p[at + 1]) == c;
      at += 2;
    } else if (first == ']') {
      ++at;
      break;
    } else if (at + 2 < p.size() && p[at + 1] == '-') {
      Byte low = first;
      Byte high = static_cast<Byte>(p[at + 2]);
      if (low > high) std::swap(low, high);
      if (ignore_case) {
        low = fold(low);
        high = fold(high);
      }
      const Byte it = ignore_case ? fold(c) : c;
      found = found || (it >= low && it <= high);
      at += 3;
    } else {
      found = found || same(first, c, ignore_case);
      ++at;
    }
  }
  return found != inverted;
}

// Does the element of the pattern at `at`, which is no star, take this byte?  Moves behind the element.
inline bool takes(std::string_view p, size_t& at, Byte c, bool ignore_case) {
  Byte special = static_cast<Byte>(p[at++]);
  if (special == '?') return true;
  if (special == '[') return in_set(p, at, c, ignore_case);
  if (special == '\\' && at < p.size()) special = static_cast<Byte>(p[at++]);
  return same(special, c, ignore_case);
}

// Only the last star is ever worth going back to: what stood before it has matched as early as it could.
inline bool match(std::string_view p, std::string_view text, bool ignore_case) {
  size_t at = 0, i = 0;
  size_t after_star = std::string_view::npos, star_text = 0;
  while (i < text.size()) {
    if (at < p.size() && p[at] == '*') {
      while (at < p.size() && p[at] == '*') ++at;
      if (at == p.size()) return true;
      after_star = at;
      star_text = i;
      continue;
    }
    if (at < p.size() && takes(p, at, static_cast<Byte>(text[i]), ignore_case)) {
      ++i;
      continue;
    }
    if (after_star == std::string_view::npos) return false;
    at = after_star;
    i = ++star_text;
  }
  while (at < p.size() && p[at] == '*') ++at;
  return at == p.size();
}

}  // namespace glob

inline Glob::Glob(std::string_view pattern, GlobCase letter_case) noexcept : case_(letter_case) {
  const size_t special = pattern.find_first_of("*?[\\");
  prefix_ = pattern.substr(0, special);
  rest_ = pattern.substr(prefix_.size());
  literal_ = rest_.empty();
  all_ = prefix_.empty() && !rest_.empty() && rest_.find_first_not_of('*') == std::string_view::npos;
}

inline bool Glob::matches(std::string_view text) const noexcept {
  if (all_) return true;
  if (text.size() < prefix_.size()) return false;
  if (case_ == GlobCase::kExact) {
    if (!prefix_.empty() && std::memcmp(text.data(), prefix_.data(), prefix_.size()) != 0) return false;
  } else {
    for (size_t i = 0; i < prefix_.size(); ++i)
      if (!glob::same(static_cast<glob::Byte>(prefix_[i]), static_cast<glob::Byte>(text[i]), true)) return false;
  }
  text.remove_prefix(prefix_.size());
  if (literal_) return text.empty();
  if (rest_ == "*") return true;
  return glob::match(rest_, text, case_ == GlobCase::kIgnore);
}

inline bool glob_match(std::string_view pattern, std::string_view text, GlobCase letter_case = GlobCase::kExact) {
  return Glob(pattern, letter_case).matches(text);
}

}  // namespace keel
