// libFuzzer: bytes as a saved string.
#include "keel/cpp/tables.hpp"
#include "plugins/types/common/load_fuzz.h"
#include "plugins/types/string/type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr keel_type kType = keel::type_table<strings::StringType>();
  strings::StringType::core = &types::fuzz::core();
  return types::fuzz::load_and_save(kType, data, size);
}
