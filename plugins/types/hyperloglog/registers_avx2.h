// plugins/types/hyperloglog/registers_avx2.h - the same for processors with AVX2, 32 registers at a time.
#pragma once
#include "plugins/types/hyperloglog/registers.h"

namespace hyperloglog::avx2 {

// Whether this processor has it.
bool present() noexcept;

// As hyperloglog::dense_merge() for the registers up to the one whose number is returned.
size_t dense_merge(const char* dense, Registers& into) noexcept;

}  // namespace hyperloglog::avx2
