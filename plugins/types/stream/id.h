// plugins/types/stream/id.h - the ID of an entry: milliseconds and a sequence number, ordered as one number of 128
// bits.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>

#include "keel/cpp/text.hpp"

namespace streams {

using keel::Str;

struct Id {
  uint64_t ms = 0, seq = 0;

  auto operator<=>(const Id&) const = default;
  bool zero() const noexcept { return ms == 0 && seq == 0; }
  // The one after or before it; nothing = there is none.
  std::optional<Id> next() const noexcept {
    if (seq != UINT64_MAX) return Id{ms, seq + 1};
    return ms != UINT64_MAX ? std::optional{Id{ms + 1, 0}} : std::nullopt;
  }
  std::optional<Id> previous() const noexcept {
    if (seq != 0) return Id{ms, seq - 1};
    return ms != 0 ? std::optional{Id{ms - 1, UINT64_MAX}} : std::nullopt;
  }
};
inline constexpr Id kLastId{UINT64_MAX, UINT64_MAX};

// An ID in digits: `ms-seq`.
class IdText {
 public:
  IdText() noexcept : IdText(Id{}) {}
  explicit IdText(Id id, char between = '-') noexcept;
  operator Str() const noexcept {
    return {text_, size_};
  }  // NOLINT(google-explicit-constructor): a text that lies here

 private:
  char text_[41];
  uint8_t size_;
};

// What a word says in the place of an ID.
struct IdWord {
  Id id;
  bool whole = true;  // false: `ms-*`, where the sequence number is still to be chosen
};
// `ms-seq`, or `ms` with `missing_seq`.  Nothing = it is none.  Numbers are taken as strtoull() takes them, as Redis
// does.
std::optional<Id> parse_id(Str word, uint64_t missing_seq) noexcept;
// As above, and `ms-*`.
std::optional<IdWord> parse_new_id(Str word) noexcept;
// As parse_id(), and "-" and "+" for the first and the last ID that there can be.
std::optional<Id> parse_edge(Str word, uint64_t missing_seq) noexcept;

}  // namespace streams
