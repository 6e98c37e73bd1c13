// plugins/types/hyperloglog/estimate.h - how many elements registers have seen: the improved raw estimator of Otmar
// Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), which needs no correction by tables.
#pragma once
#include "plugins/types/hyperloglog/registers.h"

namespace hyperloglog {

uint64_t estimate(const Registers& registers) noexcept;

}  // namespace hyperloglog
