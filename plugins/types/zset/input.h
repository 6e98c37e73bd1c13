// plugins/types/zset/input.h - what ZUNION and its relatives combine: sorted sets, and sets, whose members count as 1.
#pragma once
#include <vector>

#include "keel/type.h"
#include "plugins/types/zset/view.h"

namespace zsets {

class Input {
 public:
  // An absent key is empty.  `foreign`: a set, which its own type reads.
  Input(Ctx c, const Ref& r, bool foreign) noexcept
      : c_(c.raw()), ref_(r), view_(foreign ? View() : View(r)), foreign_(foreign) {
    size_ = foreign ? c_->ks->length(c_, ref_.raw()) : view_.size();
  }

  uint64_t size() const noexcept { return size_; }
  // f(Str member, double score) for each, while it returns true; scores are multiplied by the weight.  The text is
  // valid until f returns.
  template <class F>
  void each(F f) const {
    if (!foreign_)
      return view_.each([&](Str member, const Score& score) { return f(member, weighted(score.value())); });
    struct Visit : keel_visit {
      F* f;
      double score;
    } visit{};
    visit.f = &f;
    visit.score = weighted(1);
    visit.item = [](keel_visit* v, keel_str member, keel_str, double) noexcept -> keel_status {
      auto& self = *static_cast<Visit*>(v);
      return (*self.f)(keel::view(member), self.score) ? KEEL_OK : KEEL_FULL;
    };
    constexpr uint32_t kAtATime = 1024;
    uint64_t cursor = 0;
    do
      if (c_->ks->iterate(c_, ref_.raw(), &cursor, kAtATime, &visit) != KEEL_OK) return;
    while (cursor != 0);
  }
  // Its score times the weight, which may be NaN; nothing = it is absent.
  std::optional<double> find(Str member) const noexcept;

  double weight = 1;

 private:
  // Infinity times zero counts as zero.
  double weighted(double score) const noexcept {
    const double d = weight * score;
    return std::isnan(d) ? 0 : d;
  }

  keel_ctx* c_;
  Ref ref_;
  View view_;
  bool foreign_;
  uint64_t size_;
};

// What lies under the keys from number `first` on; empty-handed when one holds something else: then the reply says so.
std::optional<std::vector<Input>> read_inputs(Ctx, uint32_t first);

}  // namespace zsets
