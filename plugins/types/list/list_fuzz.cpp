// libFuzzer: bytes as a saved list, which is changed at both ends and in the middle after it.  The first byte says what
// the limits are.
#include "keel/cpp/tables.hpp"
#include "plugins/types/common/load_fuzz.h"
#include "plugins/types/list/type.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace lists;
  using types::fuzz::must;
  static constexpr keel_type kType = keel::type_table<ListType>();
  if (size < 1) return 0;
  types::memory_core = &types::fuzz::core();
  const Limits limits = Limits::of(static_cast<int64_t>(data[0] % 8) - 4, data[0] / 8 % 4);
  Plugin plugin;
  plugin.limits = limits;
  ListType::plugin = &plugin;
  return types::fuzz::load_and_save(kType, data + 1, size - 1, [&](keel_ref& value) {
    if (value.rep != KEEL_REP_OBJECT) return;
    List& list = *static_cast<List*>(value.v.object);
    must(list.insert(list.size() / 2, "between", limits) && list.replace(0, std::string(9000, 'x'), limits));
    must(list.erase(list.size() / 2, 1));
  });
}
