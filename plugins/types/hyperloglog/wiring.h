// plugins/types/hyperloglog/wiring.h - what the handlers of this plugin share.
#pragma once
#include "keel/cpp/keel.hpp"
#include "keel/cpp/string_value.hpp"
#include "plugins/types/hyperloglog/sketch.h"

namespace hyperloglog {

using keel::Ctx;
using keel::Ref;
using keel::Str;

struct Plugin {
  const keel_core* core = nullptr;
  const keel_string* strings = nullptr;
  uint32_t pfadd = 0;  // event
  // [executor] from here on.
  size_t sparse_max_bytes = 3000;  // hll-sparse-max-bytes
  SketchEditor editor;             // of the command that runs; keeps its memory
  Registers registers;
};

inline Plugin& plugin(Ctx c) noexcept {
  return c.self<Plugin>();
}

inline constexpr Str kCorrupted = "INVALIDOBJ Corrupted HLL object detected";

// The sketch that a key holds, which is there. Nothing = it holds none, and the reply says so.
inline std::optional<Sketch> sketch_in(Ctx c, const Ref& v) noexcept {
  if (v.raw()->type != plugin(c).strings->type) return c.wrong_type(), std::nullopt;
  const auto sketch = v.rep() == KEEL_REP_BYTES ? Sketch::of(v.bytes()) : std::nullopt;
  if (!sketch) c.error("WRONGTYPE Key is not a valid HyperLogLog string value.");
  return sketch;
}

// Gives the key the text of the editor. False = out of memory.
inline bool store(Ctx c, Ref& v) noexcept {
  const Str text = plugin(c).editor.text();
  const keel_string& strings = *plugin(c).strings;
  if (!v) return strings.put(c.raw(), v.raw(), keel::str(text)) == KEEL_OK;
  if (strings.grow(c.raw(), v.raw(), text.size()) != KEEL_OK) return false;
  if (v.bytes().size() > text.size()) c.resize(v, text.size());
  std::memcpy(v.data(), text.data(), text.size());
  return true;
}

}  // namespace hyperloglog
