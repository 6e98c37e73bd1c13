// PFCOUNT: how many different elements one key has seen, or several together.
#include "plugins/types/hyperloglog/commands.h"
#include "plugins/types/hyperloglog/estimate.h"

namespace hyperloglog {
namespace {

// The estimate is kept with the value: so this command, which reads, changes bytes, and others have to see that.
keel_status count_one(Ctx c) {
  Ref v = c.read();
  if (!v) return c.integer(0);
  const auto sketch = sketch_in(c, v);
  if (!sketch) return KEEL_OK;
  if (const auto known = sketch->last_estimate()) return c.integer(static_cast<int64_t>(*known));
  Registers& registers = plugin(c).registers;
  registers.fill(0);
  if (!sketch->merge(registers)) return c.error(kCorrupted);
  const uint64_t estimated = estimate(registers);
  if (plugin(c).strings->grow(c.raw(), v.raw(), v.bytes().size()) != KEEL_OK) return c.out_of_memory();
  remember_estimate(v.data(), estimated);
  c.commit(v, 0);
  return c.integer(static_cast<int64_t>(estimated));
}

}  // namespace

keel_status pfcount(Ctx c) {
  if (c.keys() == 1) return count_one(c);
  Registers& registers = plugin(c).registers;
  registers.fill(0);
  for (uint32_t key = 0; key < c.keys(); ++key) {
    const Ref v = c.read(key);
    if (!v) continue;
    const auto sketch = sketch_in(c, v);
    if (!sketch) return KEEL_OK;
    if (!sketch->merge(registers)) return c.error(kCorrupted);
  }
  return c.integer(static_cast<int64_t>(estimate(registers)));
}

}  // namespace hyperloglog
