// PFMERGE: what several keys have seen, into the first of them.
#include "plugins/types/hyperloglog/commands.h"

namespace hyperloglog {

keel_status pfmerge(Ctx c) {
  Plugin& p = plugin(c);
  p.registers.fill(0);
  bool dense = false;
  for (uint32_t key = 0; key < c.keys(); ++key) {
    const Ref v = c.read(key);
    if (!v) continue;
    const auto sketch = sketch_in(c, v);
    if (!sketch) return KEEL_OK;
    dense = dense || sketch->form() == Form::kDense;
    if (!sketch->merge(p.registers)) return c.error(kCorrupted);
  }
  Ref to = c.write(0);
  to ? p.editor.begin(to.bytes()) : p.editor.begin();
  if (dense) {
    p.editor.assign_dense(p.registers);
  } else {
    for (size_t i = 0; i < kRegisters; ++i)
      if (p.registers[i] > 0) p.editor.raise({i, p.registers[i]}, p.sparse_max_bytes);
  }
  p.editor.forget_estimate();
  if (!store(c, to)) return c.out_of_memory();
  c.commit(to, p.pfadd);
  return c.ok();
}

}  // namespace hyperloglog
