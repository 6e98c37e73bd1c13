// Several sorted sets: ZUNION, ZINTER, ZDIFF, their forms that store, and ZINTERCARD.
#include <algorithm>
#include <memory>

#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/input.h"
#include "plugins/types/zset/reply.h"
#include "plugins/types/zset/store.h"

namespace zsets {
namespace {

enum class Op : uint8_t { kUnion, kInter, kDiff, kCard };
enum class Aggregate : uint8_t { kSum, kMin, kMax };

double aggregated(double a, double b, Aggregate how) noexcept {
  if (how == Aggregate::kMin) return std::min(a, b);
  if (how == Aggregate::kMax) return std::max(a, b);
  const double sum = a + b;
  return std::isnan(sum) ? 0 : sum;  // of both infinities, or of infinity times zero
}

struct Command {
  Op op;
  bool store;
  Str no_keys;
};

struct Wanted {
  std::vector<Input> inputs;
  Aggregate aggregate = Aggregate::kSum;
  bool with_scores = false;
  uint64_t limit = 0;  // ZINTERCARD; 0 = none
};

bool parse_options(Ctx c, uint32_t from, const Command& command, Wanted& w) {
  const bool weighs = command.op == Op::kUnion || command.op == Op::kInter;
  keel::Args args(c, from);
  while (args.more()) {
    if (weighs && args.left() > w.inputs.size() && args.take("WEIGHTS")) {
      for (Input& input : w.inputs) {
        const auto weight = types::parse_real(args.text());
        if (!weight) return c.error("ERR weight value is not a float"), false;
        input.weight = *weight;
      }
    } else if (weighs && args.take_with_value("AGGREGATE")) {
      if (args.take("SUM"))
        w.aggregate = Aggregate::kSum;
      else if (args.take("MIN"))
        w.aggregate = Aggregate::kMin;
      else if (args.take("MAX"))
        w.aggregate = Aggregate::kMax;
      else
        args.unknown();
    } else if (command.op != Op::kCard && !command.store && args.take("WITHSCORES")) {
      w.with_scores = true;
    } else if (command.op == Op::kCard && args.take_with_value("LIMIT")) {
      w.limit = static_cast<uint64_t>(args.integer_between(0, INT64_MAX, "ERR LIMIT can't be negative"));
    } else {
      args.unknown();
    }
  }
  if (!args.ok()) args.reply();
  return args.ok();
}

// Nothing = the error reply is written.
std::optional<Wanted> parse(Ctx c, const Command& command) {
  const uint32_t at = command.store ? 2 : 1;
  const auto count = keel::parse_integer(c.arg(at));
  if (!count) return c.error(keel::kNotInteger), std::nullopt;
  if (*count < 1) return c.error(command.no_keys), std::nullopt;
  if (*count > int64_t{c.argc()} - at - 1) return c.error(keel::kSyntax), std::nullopt;
  auto inputs = read_inputs(c, command.store ? 1 : 0);
  if (!inputs) return std::nullopt;
  Wanted w{.inputs = std::move(*inputs)};
  if (!parse_options(c, at + 1 + static_cast<uint32_t>(*count), command, w)) return std::nullopt;
  // The order in which scores are added up shows in their last digits.
  if (command.op != Op::kDiff)
    std::stable_sort(w.inputs.begin(), w.inputs.end(),
                     [](const Input& a, const Input& b) { return a.size() < b.size(); });
  return w;
}

// f(Str member, double score) for each member that all inputs have, while it returns true.
template <class F>
void intersect(const Wanted& w, F f) {
  if (w.inputs.front().size() == 0) return;
  w.inputs.front().each([&](Str member, double score) {
    for (size_t i = 1; i < w.inputs.size(); ++i) {
      const auto other = w.inputs[i].find(member);
      if (!other) return true;
      score = aggregated(score, *other, w.aggregate);
    }
    return f(member, score);
  });
}

struct Destroy {
  void operator()(SortedSet* s) const noexcept { SortedSet::destroy(s); }
};
using Owned = std::unique_ptr<SortedSet, Destroy>;

bool unite(const Wanted& w, SortedSet& to) {
  bool memory = true;
  for (const Input& input : w.inputs)
    input.each([&](Str member, double score) {
      const uint64_t before = to.gathered();
      Member* m = to.gather(member);
      memory = m != nullptr;
      if (memory) m->score = to.gathered() > before ? score : aggregated(m->score, score, w.aggregate);
      return memory;
    });
  return memory;
}

bool put(SortedSet& to, Str member, double score) noexcept {
  Member* m = to.gather(member);
  if (m != nullptr) m->score = score;
  return m != nullptr;
}

bool subtract(const Wanted& w, SortedSet& to) {
  bool memory = true;
  w.inputs.front().each([&](Str member, double score) {
    const bool stays = std::none_of(w.inputs.begin() + 1, w.inputs.end(),
                                    [member](const Input& other) { return other.find(member).has_value(); });
    return !stays || (memory = put(to, member, score));
  });
  return memory;
}

// nullptr = out of memory.
Owned combined(const Wanted& w, Op op) {
  Owned to(SortedSet::make());
  if (to == nullptr) return to;
  bool memory = true;
  if (op == Op::kUnion)
    memory = unite(w, *to);
  else if (op == Op::kDiff)
    memory = subtract(w, *to);
  else
    intersect(w, [&](Str member, double score) { return memory = put(*to, member, score); });
  if (!memory || !to->arrange()) to.reset();
  return to;
}

keel_status reply(Ctx c, const Command& command) {
  const auto w = parse(c, command);
  if (!w) return KEEL_OK;
  const Owned result = combined(*w, command.op);
  if (result == nullptr) return c.out_of_memory();
  Row row(c, w->with_scores);
  row.open(result->size());
  result->order().each([&row](const Member* m) { row.add(m->text(), Score(m->score)); });
  return KEEL_OK;
}

keel_status store(Ctx c, const Command& command, uint32_t event) {
  const auto w = parse(c, command);
  if (!w) return KEEL_OK;
  Owned made = combined(*w, command.op);
  if (made == nullptr) return c.out_of_memory();
  OwnEdit result(*plugin(c).core);
  result.take(made.release());
  if (!result.make_small()) return c.out_of_memory();
  return store(c, result, event);
}

}  // namespace

keel_status zunion(Ctx c) {
  return reply(c, {Op::kUnion, false, "ERR at least 1 input key is needed for 'zunion' command"});
}
keel_status zinter(Ctx c) {
  return reply(c, {Op::kInter, false, "ERR at least 1 input key is needed for 'zinter' command"});
}
keel_status zdiff(Ctx c) {
  return reply(c, {Op::kDiff, false, "ERR at least 1 input key is needed for 'zdiff' command"});
}

keel_status zunionstore(Ctx c) {
  return store(c, {Op::kUnion, true, "ERR at least 1 input key is needed for 'zunionstore' command"},
               plugin(c).events.zunionstore);
}
keel_status zinterstore(Ctx c) {
  return store(c, {Op::kInter, true, "ERR at least 1 input key is needed for 'zinterstore' command"},
               plugin(c).events.zinterstore);
}
keel_status zdiffstore(Ctx c) {
  return store(c, {Op::kDiff, true, "ERR at least 1 input key is needed for 'zdiffstore' command"},
               plugin(c).events.zdiffstore);
}

keel_status zintercard(Ctx c) {
  const auto w = parse(c, {Op::kCard, false, "ERR at least 1 input key is needed for 'zintercard' command"});
  if (!w) return KEEL_OK;
  uint64_t n = 0;
  intersect(*w, [&](Str, double) { return ++n != w->limit; });
  return c.integer(static_cast<int64_t>(n));
}

}  // namespace zsets
