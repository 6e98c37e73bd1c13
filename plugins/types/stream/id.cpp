#include "plugins/types/stream/id.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace streams {
namespace {

constexpr size_t kLongest = 127;  // characters of a word that may be an ID

std::optional<uint64_t> number(const char* text) noexcept {
  const Str s{text};
  if (s.empty()) return std::nullopt;
  if (const auto n = keel::parse_integer(s)) return *n < 0 ? std::nullopt : std::optional{static_cast<uint64_t>(*n)};
  errno = 0;
  char* end = nullptr;
  const unsigned long long n = std::strtoull(text, &end, 10);
  if (errno != 0 || *end != '\0') return std::nullopt;
  return n;
}

std::optional<IdWord> parse(Str word, uint64_t missing_seq, bool may_be_new) noexcept {
  if (word.size() > kLongest) return std::nullopt;
  char text[kLongest + 1];
  if (!word.empty()) std::memcpy(text, word.data(), word.size());
  text[word.size()] = '\0';
  char* dash = std::strchr(text, '-');
  if (dash != nullptr) *dash = '\0';
  const auto ms = number(text);
  if (!ms) return std::nullopt;
  if (dash == nullptr) return IdWord{{*ms, missing_seq}};
  if (may_be_new && std::strcmp(dash + 1, "*") == 0) return IdWord{{*ms, 0}, false};
  const auto seq = number(dash + 1);
  return seq ? std::optional{IdWord{{*ms, *seq}}} : std::nullopt;
}

}  // namespace

IdText::IdText(Id id, char between) noexcept {
  char* p = std::to_chars(text_, text_ + 20, id.ms).ptr;
  *p++ = between;
  p = std::to_chars(p, p + 20, id.seq).ptr;
  size_ = static_cast<uint8_t>(p - text_);
}

std::optional<Id> parse_id(Str word, uint64_t missing_seq) noexcept {
  const auto w = parse(word, missing_seq, false);
  return w ? std::optional{w->id} : std::nullopt;
}

std::optional<IdWord> parse_new_id(Str word) noexcept {
  return parse(word, 0, true);
}

std::optional<Id> parse_edge(Str word, uint64_t missing_seq) noexcept {
  if (word == "-") return Id{};
  if (word == "+") return kLastId;
  return parse_id(word, missing_seq);
}

}  // namespace streams
