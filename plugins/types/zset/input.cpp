#include "plugins/types/zset/input.h"

namespace zsets {

std::optional<double> Input::find(Str member) const noexcept {
  if (!foreign_) {
    const auto score = view_.score(member);
    return score ? std::optional{weight * *score} : std::nullopt;
  }
  keel_visit visit{};
  visit.item = [](keel_visit*, keel_str, keel_str, double) noexcept -> keel_status { return KEEL_OK; };
  if (c_->ks->find(c_, ref_.raw(), keel::str(member), &visit) != KEEL_OK) return std::nullopt;
  return weight;
}

std::optional<std::vector<Input>> read_inputs(Ctx c, uint32_t first) {
  std::vector<Input> inputs;
  inputs.reserve(c.keys() - first);
  for (uint32_t k = first; k < c.keys(); ++k) {
    const Ref r = c.read(k);
    const bool foreign = r && !r.is(plugin(c).type);
    if (foreign && c.raw()->ks->type_name(c.raw(), r.raw()) != Str{"set"}) {
      c.wrong_type();
      return std::nullopt;
    }
    inputs.emplace_back(c, r, foreign);
  }
  return inputs;
}

}  // namespace zsets
