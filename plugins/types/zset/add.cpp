// ZADD, ZINCRBY.
#include <array>
#include <vector>

#include "plugins/types/zset/commands.h"
#include "plugins/types/zset/edit.h"

namespace zsets {
namespace {

struct Options {
  bool nx = false, xx = false, gt = false, lt = false, ch = false, incr = false;
  uint32_t first = 2;  // word of the first score

  static Options parse(Ctx c) noexcept {
    Options o;
    keel::Args args(c, 2);
    while (args.take("NX")   ? (o.nx = true)
           : args.take("XX") ? (o.xx = true)
           : args.take("GT") ? (o.gt = true)
           : args.take("LT") ? (o.lt = true)
           : args.take("CH") ? (o.ch = true)
                             : args.take("INCR") && (o.incr = true)) {
    }
    o.first = args.position();
    return o;
  }
};

// The scores of the command; a few need no memory.
class Scores {
 public:
  explicit Scores(size_t n) : many_(n > few_.size() ? n : 0), scores_(many_.empty() ? few_.data() : many_.data()) {}
  double& operator[](size_t i) noexcept { return scores_[i]; }

 private:
  std::array<double, 16> few_;
  std::vector<double> many_;
  double* scores_;
};

struct Counts {
  uint32_t added = 0, updated = 0;
  bool last_done = false;  // the last one was added, or has the score that was asked for
  double last_score = 0;
};

enum class Put : uint8_t { kDone, kNoMemory, kNotANumber };

Put put(Edit& set, const Options& o, Str member, double score, Counts& counts) noexcept {
  counts.last_done = false;
  const Edit::Found found = set.find(member);
  if (!found) {
    if (o.xx) return Put::kDone;
    if (!set.add(member, score)) return Put::kNoMemory;
    ++counts.added;
  } else {
    if (o.nx) return Put::kDone;
    if (o.incr) score += found.score;
    if (std::isnan(score)) return Put::kNotANumber;
    if ((o.lt && score >= found.score) || (o.gt && score <= found.score)) return Put::kDone;
    if (score != found.score) {
      if (!set.set_score(found, member, score)) return Put::kNoMemory;
      ++counts.updated;
    }
  }
  counts.last_done = true;
  counts.last_score = score;
  return Put::kDone;
}

keel_status add(Ctx c, Options o) {
  const uint32_t words = c.argc() - o.first;
  if (words == 0 || words % 2 != 0) return c.error(keel::kSyntax);
  const uint32_t n = words / 2;
  if (o.nx && o.xx) return c.error("ERR XX and NX options at the same time are not compatible");
  if ((o.gt && o.nx) || (o.lt && o.nx) || (o.gt && o.lt))
    return c.error("ERR GT, LT, and/or NX options at the same time are not compatible");
  if (o.incr && n > 1) return c.error("ERR INCR option supports a single increment-element pair");
  Scores scores(n);
  for (uint32_t i = 0; i < n; ++i) {
    const auto score = types::parse_real(c.arg(o.first + 2 * i));
    if (!score) return c.error(kNotFloat);
    scores[i] = *score;
  }

  const Plugin& p = plugin(c);
  Ref r = c.write();
  if (r && !r.is(p.type)) return c.wrong_type();
  Counts counts;
  Put done = Put::kDone;
  if (r || !o.xx) {
    KeyEdit set(c, r);
    for (uint32_t i = 0; done == Put::kDone && i < n; ++i)
      done = put(set, o, c.arg(o.first + 2 * i + 1), scores[i], counts);
  }
  const uint32_t changed = counts.added + counts.updated;
  if (changed > 0) c.commit(r, o.incr ? p.events.zincr : p.events.zadd, 0, 0, changed);
  if (done == Put::kNoMemory) return c.out_of_memory();
  if (done == Put::kNotANumber) return c.error(kNaN);
  if (!o.incr) return c.integer(o.ch ? changed : counts.added);
  return counts.last_done ? c.real(counts.last_score) : c.null();
}

}  // namespace

keel_status zadd(Ctx c) {
  return add(c, Options::parse(c));
}

keel_status zincrby(Ctx c) {
  Options o = Options::parse(c);  // so does Redis: an increment with such a name is none
  o.incr = true;
  return add(c, o);
}

}  // namespace zsets
