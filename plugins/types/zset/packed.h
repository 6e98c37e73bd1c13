// plugins/types/zset/packed.h - a member and its score in a listpack: two entries, as Redis 7.0 writes them.
#pragma once
#include "plugins/types/zset/value.h"

namespace zsets {

// Where the digits of an integer lie that a listpack holds as a number.
struct Room {
  char digits[20];
};

namespace packed {

// The score in an entry of a listpack that has been checked.
inline double score(const char* entry) noexcept {
  const listpack::Element e = listpack::element(entry);
  return e.is_integer() ? static_cast<double>(e.integer()) : types::parse_real(e.text()).value_or(0);
}

// A score as an entry: an integer where it is one, so that -0 becomes 0, else text.
class EncodedScore {
 public:
  explicit EncodedScore(double score) noexcept : encoded_(encode(score)) {}
  EncodedScore(const EncodedScore&) = delete;
  EncodedScore& operator=(const EncodedScore&) = delete;
  const listpack::Encoded& entry() const noexcept { return encoded_; }

 private:
  listpack::Encoded encode(double score) noexcept {
    constexpr double kMost = static_cast<double>(INT64_MAX / 2);  // as in Redis
    if (score >= -kMost && score <= kMost) {
      const auto n = static_cast<int64_t>(score);
      if (static_cast<double>(n) == score) return listpack::Encoded(n);
    }
    return listpack::Encoded(Str{text_, static_cast<size_t>(keel::write_real(text_, score) - text_)});
  }

  char text_[32];
  listpack::Encoded encoded_;
};

// The member behind this one.
inline const char* next(const char* member) noexcept {
  return listpack::next(listpack::next(member));
}

// The first member that does not come before a score and text.  Looked for from the end: what comes in order is found
// at once.
inline const char* place(const listpack::View& v, double score_, Str text) noexcept {
  const char* p = v.end();
  while (p != v.begin()) {
    const char* entry = listpack::previous(p);
    const double s = score(entry);
    if (s < score_) return p;
    const char* member = listpack::previous(entry);
    Room room;
    if (s == score_ && listpack::element(member).text(room.digits) < text) return p;
    p = member;
  }
  return p;
}

}  // namespace packed
}  // namespace zsets
