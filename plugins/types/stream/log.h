// plugins/types/stream/log.h - what the change log gets of commands that deliver entries to consumers.
//
// A delivery is logged as its outcome: XCLAIM with the IDs, the time and the number of deliveries, as Redis does; but
// one XCLAIM tells of up to 64 entries that were delivered alike.  How far a group has read follows as XGROUP SETID,
// and a consumer that was made by the way as XGROUP CREATECONSUMER.
#pragma once
#include <array>

#include "plugins/types/stream/value.h"

namespace streams {

class GroupLog {
 public:
  // Of the group that `group` names in the stream `key`.
  GroupLog(Ctx c, Str key, Str group) noexcept : c_(c), on_(c.logged()), key_(key), group_(group) {}
  GroupLog(const GroupLog&) = delete;
  GroupLog& operator=(const GroupLog&) = delete;
  ~GroupLog() { flush(); }

  void created(Str consumer) noexcept {
    if (on_) c_.propagate(Str{"XGROUP"}, Str{"CREATECONSUMER"}, key_, group_, consumer);
  }
  // `last`: how far the group has read by then.
  void assigned(const Pending& p, Id last) noexcept {
    if (!on_) return;
    if (n_ == kMost ||
        (n_ > 0 && (consumer_ != p.consumer->name || delivered_ms_ != p.delivered_ms || deliveries_ != p.deliveries)))
      flush();
    consumer_ = p.consumer->name;
    delivered_ms_ = p.delivered_ms;
    deliveries_ = p.deliveries;
    last_ = last;
    ids_[n_++] = IdText(p.id);
  }
  void moved(const Group& g) noexcept {
    if (!on_) return;
    flush();
    c_.propagate(Str{"XGROUP"}, Str{"SETID"}, key_, group_, Str{IdText(g.last_id)}, Str{"ENTRIESREAD"},
                 Str{keel::NumberText(g.entries_read)});
  }
  // Nothing of this command, so far.
  void nothing() noexcept {
    if (on_) c_.raw()->exec->propagate(c_.raw(), nullptr, 0);
  }

 private:
  static constexpr uint32_t kMost = 64;

  void flush() noexcept {
    if (n_ == 0) return;
    const keel::NumberText time(delivered_ms_), count(deliveries_);
    const IdText last(last_);
    std::array<keel_str, kMost + 13> words;
    uint32_t n = 0;
    const auto word = [&](Str s) { words[n++] = keel::str(s); };
    for (const Str s : {Str{"XCLAIM"}, key_, group_, consumer_, Str{"0"}}) word(s);
    for (uint32_t i = 0; i < n_; ++i) word(ids_[i]);
    for (const Str s :
         {Str{"TIME"}, Str{time}, Str{"RETRYCOUNT"}, Str{count}, Str{"FORCE"}, Str{"JUSTID"}, Str{"LASTID"}, Str{last}})
      word(s);
    c_.raw()->exec->propagate(c_.raw(), words.data(), n);
    n_ = 0;
  }

  Ctx c_;
  bool on_;
  Str key_, group_, consumer_;
  int64_t delivered_ms_ = 0;
  uint64_t deliveries_ = 0;
  Id last_;
  uint32_t n_ = 0;
  std::array<IdText, kMost> ids_;
};

}  // namespace streams
