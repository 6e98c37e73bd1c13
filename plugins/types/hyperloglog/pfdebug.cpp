// PFDEBUG and PFSELFTEST: what is inside, and whether this machine computes it right.
#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "plugins/types/hyperloglog/commands.h"
#include "plugins/types/hyperloglog/estimate.h"
#include "plugins/types/hyperloglog/sparse.h"

namespace hyperloglog {
namespace {

// False = it replied with an error.
bool make_dense(Ctx c, Ref& v) {
  SketchEditor& editor = plugin(c).editor;
  editor.begin(v.bytes());
  if (!editor.to_dense()) return c.error(kCorrupted), false;
  if (!store(c, v)) return c.out_of_memory(), false;
  c.commit(v, 0);
  return true;
}

keel_status reply_registers(Ctx c, Ref& v, Form form) {
  if (form == Form::kSparse && !make_dense(c, v)) return KEEL_OK;
  c.array(kRegisters);
  for (size_t i = 0; i < kRegisters; ++i) c.integer(dense_get(v.bytes().data() + kHeader, i));
  return KEEL_OK;
}

keel_status reply_runs(Ctx c, const Sketch& sketch) {
  if (sketch.form() != Form::kSparse) return c.error("ERR HLL encoding is not sparse");
  std::string text;
  Str left = sketch.registers();
  for (auto run = first_run(left); run; run = first_run(left)) {
    if (!text.empty()) text += ' ';
    if (run->kind == Run::Kind::kValue)
      text += "v:" + std::to_string(run->value) + ',' + std::to_string(run->length);
    else
      text += (run->kind == Run::Kind::kZero ? "z:" : "Z:") + std::to_string(run->length);
    left.remove_prefix(run->bytes);
  }
  return c.bulk(text);
}

}  // namespace

keel_status pfdebug(Ctx c) {
  Ref v = c.write();
  if (!v) return c.error("ERR The specified key does not exist");
  const auto sketch = sketch_in(c, v);
  if (!sketch) return KEEL_OK;
  const Form form = sketch->form();
  if (c.word(1, "GETREG")) return reply_registers(c, v, form);
  if (c.word(1, "DECODE")) return reply_runs(c, *sketch);
  if (c.word(1, "ENCODING")) return c.simple(form == Form::kDense ? "dense" : "sparse");
  if (!c.word(1, "TODENSE")) return c.error("ERR Unknown PFDEBUG subcommand '" + std::string{c.arg(1)} + "'");
  if (form == Form::kSparse && !make_dense(c, v)) return KEEL_OK;
  return c.integer(form == Form::kSparse ? 1 : 0);
}

keel_status pfselftest(Ctx c) {
  // Packing: every register keeps what was written, and leaves its neighbours alone.
  std::mt19937_64 dice{1};
  Registers expected{}, unpacked{};
  std::string dense(kDenseBytes, '\0');
  for (int turn = 0; turn < 100'000; ++turn) {
    const size_t index = dice() % kRegisters;
    expected[index] = static_cast<uint8_t>(dice() % 64);
    dense_set(dense.data(), index, expected[index]);
  }
  dense_merge(dense.data(), unpacked);
  for (size_t i = 0; i < kRegisters; ++i)
    if (unpacked[i] != expected[i] || dense_get(dense.data(), i) != expected[i])
      return c.error("TESTFAILED register " + std::to_string(i) + " is not what was written");
  // Estimates: within the error that 16384 registers have, and both forms alike.
  constexpr double kStandardError = 1.04 / 128;
  Registers& registers = plugin(c).registers;
  registers.fill(0);
  SketchEditor& editor = plugin(c).editor;
  editor.begin();
  constexpr int kElements = 100'000;
  for (int n = 1, checkpoint = 1; n <= kElements; ++n) {
    const uint64_t element = dice();
    const Place place = place_of({reinterpret_cast<const char*>(&element), sizeof element});
    registers[place.index] = std::max(registers[place.index], place.value);
    editor.raise(place, plugin(c).sparse_max_bytes);
    if (n != checkpoint) continue;
    checkpoint *= 10;
    const double found = static_cast<double>(estimate(registers));
    if (std::abs(found - n) > std::ceil(6 * kStandardError * n))
      return c.error("TESTFAILED too big an error, cardinality " + std::to_string(n) + " is estimated as " +
                     std::to_string(found));
    Registers other{};
    if (!Sketch::of(editor.text())->merge(other) || other != registers)
      return c.error("TESTFAILED the forms disagree at cardinality " + std::to_string(n));
  }
  return c.ok();
}

}  // namespace hyperloglog
