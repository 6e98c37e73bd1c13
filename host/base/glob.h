// host/base/glob.h - patterns as KEYS, SCAN, PSUBSCRIBE and CONFIG GET take them: * ? [a-z] [^a] \x.
//
// Time is bounded by length of pattern times length of text, whatever the pattern; nothing recurses or allocates.
#pragma once
#include <cstddef>
#include <string_view>

namespace keel::base {

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

inline bool glob_match(std::string_view pattern, std::string_view text, GlobCase letter_case = GlobCase::kExact) {
  return Glob(pattern, letter_case).matches(text);
}

}  // namespace keel::base
