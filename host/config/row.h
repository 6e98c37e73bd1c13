// host/config/row.h - one declared option, in the form in which the host keeps it, and the check of a value against it.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/words.h"
#include "keel/option.h"

namespace keel::config {

// Beside KEEL_OPTION_MUTABLE, _SECRET and _PERCENT; rows of plugins cannot have these.
enum RowFlags : uint32_t {
  kRowFlagsOfSdk = 0xffff,
  kRowProtected = 1u << 16,    // CONFIG SET only where enable-protected-configs permits it
  kRowHidden = 1u << 17,       // neither CONFIG GET nor CONFIG SET knows it
  kRowPlaceholder = 1u << 18,  // stands in until a plugin declares the same name
  kRowAppends = 1u << 19,      // given twice on the command line, the words add up
  kRowPairs = 1u << 20         // a list of groups: YAML may write it as a map from the first word to the others
};

// Longest value of any option, in bytes.
inline constexpr size_t kMaxValue = 64 * 1024;

struct Row {
  std::string name, initial, doc;
  uint32_t type = KEEL_OPTION_STRING;
  uint32_t flags = 0;
  int64_t min = 0, max = 0;
  std::vector<std::string> choices{};
  std::string other_name{};  // an older name of the same option; empty = none
  // Instead of the check by type: words in, the form of CONFIG GET out.  `current` is the value in force, in that form.
  std::function<bool(const Words&, const std::string& current, std::string& out, std::string& error)> normalise{};
  // As keel_option.apply.
  std::function<bool(const std::string& value, std::string& error)> apply{};

  bool has(uint32_t flag) const { return (flags & flag) != 0; }
};

// Checks words against the row and gives the value in the form of CONFIG GET.  False: error is the sentence that CONFIG
// SET puts behind its dash.
bool check_value(const Row& row, const Words& words, const std::string& current, std::string& out, std::string& error);

// Bytes with one of the units b k kb m mb g gb.  No digits count as zero, as in Redis.  False: no such number, or
// *too_big: it does not fit.
bool parse_memory(std::string_view text, int64_t& bytes, bool* too_big = nullptr);

// A row of the SDK.  False: it breaks a rule of keel/option.h.
bool row_of(const keel_option& option, void* self, Row& out, std::string& error);

}  // namespace keel::config
