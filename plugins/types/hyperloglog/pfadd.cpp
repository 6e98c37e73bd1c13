// PFADD: elements that have been seen.
#include "plugins/types/hyperloglog/commands.h"

namespace hyperloglog {
namespace {

// Changes the registers where they lie.
keel_status add_dense(Ctx c, Ref& v) {
  bool changed = false;
  for (uint32_t i = 2; i < c.argc(); ++i) {
    const Place place = place_of(c.arg(i));
    if (dense_get(v.bytes().data() + kHeader, place.index) >= place.value) continue;
    if (!changed && plugin(c).strings->grow(c.raw(), v.raw(), v.bytes().size()) != KEEL_OK) return c.out_of_memory();
    changed = true;
    dense_set(v.data() + kHeader, place.index, place.value);
  }
  if (changed) {
    v.data()[kHeader - 1] = static_cast<char>(v.data()[kHeader - 1] | 0x80);
    c.commit(v, plugin(c).pfadd);
  }
  return c.integer(changed ? 1 : 0);
}

keel_status add_edited(Ctx c, Ref& v) {
  SketchEditor& editor = plugin(c).editor;
  uint32_t changes = v ? 0 : 1;
  v ? editor.begin(v.bytes()) : editor.begin();
  bool corrupt = false;
  for (uint32_t i = 2; i < c.argc() && !corrupt; ++i) {
    const auto result = editor.raise(place_of(c.arg(i)), plugin(c).sparse_max_bytes);
    changes += result == SketchEditor::Result::kChanged;
    corrupt = result == SketchEditor::Result::kCorrupt;
  }
  if (changes == 0) return corrupt ? c.error(kCorrupted) : c.integer(0);
  // What was done before the fault was met stays done, as in Redis.
  if (!corrupt) editor.forget_estimate();
  if (!store(c, v)) return c.out_of_memory();
  c.commit(v, corrupt ? 0 : plugin(c).pfadd, 0, 0, changes);
  return corrupt ? c.error(kCorrupted) : c.integer(1);
}

}  // namespace

keel_status pfadd(Ctx c) {
  Ref v = c.write();
  if (!v) return add_edited(c, v);
  const auto sketch = sketch_in(c, v);
  if (!sketch) return KEEL_OK;
  return sketch->form() == Form::kDense ? add_dense(c, v) : add_edited(c, v);
}

}  // namespace hyperloglog
