// libFuzzer: bytes as a saved sorted set.
#include "keel/cpp/tables.hpp"
#include "plugins/types/common/load_fuzz.h"
#include "plugins/types/common/memory.h"
#include "plugins/types/zset/type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr keel_type kType = keel::type_table<zsets::ZsetType>();
  zsets::ZsetType::core = types::memory_core = &types::fuzz::core();
  return types::fuzz::load_and_save(kType, data, size);
}
