#include "host/config/row.h"

#include <algorithm>
#include <charconv>

#include "keel/cpp/text.hpp"

namespace keel::config {
namespace {

bool fail(std::string& error, std::string text) {
  error = std::move(text);
  return false;
}

std::string octal(int64_t n) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, n, 8).ptr;
  return std::string(digits, end);
}

std::string out_of_range(const Row& row) {
  const bool is_octal = row.type == KEEL_OPTION_OCTAL;
  const std::string low = is_octal ? octal(row.min) : std::to_string(row.min);
  const std::string high = is_octal ? octal(row.max) : std::to_string(row.max);
  return "argument must be between " + low + " and " + high + " inclusive";
}

bool in_range(const Row& row, int64_t n, std::string& error) {
  return (n >= row.min && n <= row.max) || fail(error, out_of_range(row));
}

bool check_bool(const std::string& word, std::string& out, std::string& error) {
  if (!keel::same_word(word, "yes") && !keel::same_word(word, "no"))
    return fail(error, "argument must be 'yes' or 'no'");
  out = lower(word);
  return true;
}

bool check_integer(const Row& row, const std::string& word, std::string& out, std::string& error) {
  const auto n = keel::parse_integer(word);
  if (!n) return fail(error, "argument couldn't be parsed into an integer");
  out = std::to_string(*n);
  return in_range(row, *n, error);
}

bool check_octal(const Row& row, const std::string& word, std::string& out, std::string& error) {
  int64_t n = 0;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), n, 8);
  if (failure != std::errc{} || end != word.data() + word.size())
    return fail(error, "argument couldn't be parsed as an octal number");
  out = octal(n);
  return in_range(row, n, error);
}

bool check_memory(const Row& row, const std::string& word, std::string& out, std::string& error) {
  const bool percent = row.has(KEEL_OPTION_PERCENT);
  if (percent && word.size() > 1 && word.back() == '%') {
    const auto n = keel::parse_integer(std::string_view(word).substr(0, word.size() - 1));
    if (n && *n >= 0) {
      if (*n > 100) return fail(error, "percentage argument must be less or equal to 100");
      out = *n == 0 ? "0" : std::to_string(*n) + "%";
      return true;
    }
  }
  int64_t bytes = 0;
  bool too_big = false;
  if (!parse_memory(word, bytes, &too_big)) {
    if (too_big) return fail(error, out_of_range(row));
    return fail(error, percent ? "argument must be a memory or percent value" : "argument must be a memory value");
  }
  out = std::to_string(bytes);
  return in_range(row, bytes, error);
}

bool check_string(const Row& row, const std::string& word, std::string& out, std::string& error) {
  const auto n = static_cast<int64_t>(word.size());
  if (n < row.min) return fail(error, "argument must be at least " + std::to_string(row.min) + " bytes long");
  if (row.max != 0 && n > row.max)
    return fail(error, "argument must be at most " + std::to_string(row.max) + " bytes long");
  out = word;
  return true;
}

bool check_enum(const Row& row, const std::string& word, std::string& out, std::string& error) {
  for (const std::string& choice : row.choices) {
    if (!keel::same_word(choice, word)) continue;
    out = choice;
    return true;
  }
  std::string text = "argument(s) must be one of the following: ";
  for (size_t i = 0; i < row.choices.size(); ++i) text += (i == 0 ? "" : ", ") + row.choices[i];
  return fail(error, std::move(text));
}

bool check_list(const Words& words, std::string& out, std::string& error) {
  for (const std::string& word : words)
    if (word.empty() || word.find(' ') != std::string::npos)
      return fail(error, "a word of a list can neither be empty nor contain a space");
  out = join(words);
  return true;
}

}  // namespace

bool parse_memory(std::string_view text, int64_t& bytes, bool* too_big) {
  struct Unit {
    std::string_view name;
    int64_t bytes;
  };
  static constexpr Unit kUnits[] = {{"", 1},         {"b", 1},        {"k", 1000},         {"kb", 1024},
                                    {"m", 1000'000}, {"mb", 1 << 20}, {"g", 1000'000'000}, {"gb", 1 << 30}};
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto* const unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                        [&](const Unit& u) { return keel::same_word(text.substr(digits), u.name); });
  if (unit == std::end(kUnits)) return false;
  int64_t n = 0;
  const bool fits = digits == 0 || std::from_chars(text.data(), text.data() + digits, n).ec == std::errc{};
  if (fits && !__builtin_mul_overflow(n, unit->bytes, &bytes)) return true;
  if (too_big != nullptr) *too_big = true;
  return false;
}

bool check_value(const Row& row, const Words& words, const std::string& current, std::string& out, std::string& error) {
  size_t bytes = 0;
  for (const std::string& word : words) bytes += word.size() + 1;
  if (bytes > kMaxValue) return fail(error, "argument is longer than " + std::to_string(kMaxValue) + " bytes");
  if (row.normalise) return row.normalise(words, current, out, error);
  if (row.type == KEEL_OPTION_LIST) return check_list(words, out, error);
  if (words.size() != 1) return fail(error, "wrong number of arguments");
  const std::string& word = words.front();
  switch (row.type) {
    case KEEL_OPTION_BOOL:
      return check_bool(word, out, error);
    case KEEL_OPTION_INTEGER:
      return check_integer(row, word, out, error);
    case KEEL_OPTION_MEMORY:
      return check_memory(row, word, out, error);
    case KEEL_OPTION_ENUM:
      return check_enum(row, word, out, error);
    case KEEL_OPTION_OCTAL:
      return check_octal(row, word, out, error);
    default:
      return check_string(row, word, out, error);
  }
}

namespace {

bool valid_name(std::string_view name) {
  if (name.empty() || name.size() > 64) return false;
  return std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
}

// What apply() of a plugin gets: "n%" arrives as -n.
std::string for_plugin(const std::string& value) {
  return !value.empty() && value.back() == '%' ? "-" + value.substr(0, value.size() - 1) : value;
}

}  // namespace

bool row_of(const keel_option& option, void* self, Row& out, std::string& error) {
  const std::string name = option.name == nullptr ? "" : option.name;
  if (!valid_name(name))
    return fail(error, "an option has the name '" + name + "', which is not made of a-z, 0-9 and -");
  const std::string other_name = option.other_name == nullptr ? "" : option.other_name;
  if (option.other_name != nullptr && !valid_name(other_name))
    return fail(error, "the option '" + name + "' has the other name '" + other_name +
                           "', which is not made of a-z, 0-9 and -");
  if (option.initial == nullptr || option.doc == nullptr)
    return fail(error, "the option '" + name + "' lacks its default or its line of documentation");
  if (option.type < KEEL_OPTION_BOOL || option.type > KEEL_OPTION_LIST)
    return fail(error, "the option '" + name + "' has the unknown type " + std::to_string(option.type));
  out = Row{};
  out.name = name;
  out.other_name = other_name;
  out.initial = option.initial;
  out.doc = option.doc;
  out.type = option.type;
  out.flags = option.flags & kRowFlagsOfSdk;
  out.min = option.min;
  out.max = option.max;
  if (option.type == KEEL_OPTION_ENUM) {
    for (size_t i = 0; option.choices != nullptr && option.choices[i] != nullptr; ++i)
      out.choices.emplace_back(option.choices[i]);
    if (out.choices.empty()) return fail(error, "the option '" + name + "' has no choices");
  }
  if (option.apply != nullptr) {
    const bool percent = out.has(KEEL_OPTION_PERCENT);
    out.apply = [apply = option.apply, self, percent](const std::string& value, std::string& text) {
      const std::string given = percent ? for_plugin(value) : value;
      keel_error refusal{};
      if (apply(self, keel::str(given), &refusal) >= 0) return true;
      text.assign(refusal.text, std::min<size_t>(refusal.len, sizeof refusal.text));
      if (text.empty()) text = "refused without a reason";
      return false;
    };
  }
  return true;
}

}  // namespace keel::config
