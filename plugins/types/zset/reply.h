// plugins/types/zset/reply.h - members and scores as replies.
#pragma once
#include "plugins/types/zset/view.h"

namespace zsets {

// A row of members, with their scores when those were asked for: in RESP2 one after the other, in RESP3 pairs.
class Row {
 public:
  Row(Ctx c, bool with_scores) noexcept : c_(c), with_scores_(with_scores) {}
  // The header: n members follow.
  void open(uint64_t n) noexcept { c_.array(with_scores_ && !c_.resp3() ? 2 * n : n); }
  void add(Str member, const Score& score) noexcept {
    if (with_scores_ && c_.resp3()) c_.array(2);
    c_.bulk(member);
    if (with_scores_) c_.real(score.value());
  }

 private:
  Ctx c_;
  bool with_scores_;
};

// The text of a score, in room for 32 characters.
inline Str text_of(double score, char (&room)[32]) noexcept {
  return {room, static_cast<size_t>(keel::write_real(room, score) - room)};
}

}  // namespace zsets
