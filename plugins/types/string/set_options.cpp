// SET with options: when, until when, and what was there before.
#include <algorithm>

#include "plugins/types/string/commands.h"
#include "plugins/types/string/options.h"

namespace strings {
namespace {

enum class Condition : uint8_t { kNone, kAbsent, kPresent };

struct SetOptions {
  Condition condition = Condition::kNone;
  bool get = false;
  LifetimeOption lifetime;
  uint32_t condition_arg = 0, keep_arg = 0;  // where they stand, for the change log

  // The options from word 3 on; a contradiction is a syntax error.
  void parse(keel::Args& args) noexcept {
    while (args.more()) {
      const uint32_t at = args.position();
      if (args.take("NX")) {
        want(args, Condition::kAbsent, at);
      } else if (args.take("XX")) {
        want(args, Condition::kPresent, at);
      } else if (args.take("GET")) {
        get = true;
      } else if (lifetime.take(args, Lifetime::kKeep)) {
        if (lifetime.kind() == Lifetime::kKeep) keep_arg = at;
      } else {
        args.unknown();
      }
    }
  }

 private:
  void want(keel::Args& args, Condition wanted, uint32_t at) noexcept {
    if (condition != Condition::kNone && condition != wanted) args.fail(keel::kSyntax);
    condition = wanted;
    condition_arg = at;
  }
};

// The change log gets SET without its GET: a replica has nobody to reply to.
void log_without_get(Ctx c, const SetOptions& options) noexcept {
  Str words[2];
  uint32_t n = 0;
  for (const uint32_t arg :
       {std::min(options.condition_arg, options.keep_arg), std::max(options.condition_arg, options.keep_arg)})
    if (arg != 0) words[n++] = c.arg(arg);
  if (n == 0) return c.propagate(c.arg(0), c.key(0), c.arg(2));
  if (n == 1) return c.propagate(c.arg(0), c.key(0), c.arg(2), words[0]);
  c.propagate(c.arg(0), c.key(0), c.arg(2), words[0], words[1]);
}

}  // namespace

keel_status set_with_options(Ctx c) noexcept {
  SetOptions options;
  keel::Args args(c, 3);
  options.parse(args);
  if (!args.ok()) return args.reply();
  std::optional<int64_t> at;
  if (options.lifetime.is_timed() && !(at = options.lifetime.deadline(c, "set"))) return KEEL_OK;
  if (options.get && !reply_old_value(c)) return KEEL_OK;

  Ref v = c.write();
  if (options.condition != Condition::kNone && (options.condition == Condition::kPresent) != static_cast<bool>(v))
    return options.get ? KEEL_OK : c.null();
  if (options.lifetime.kind() != Lifetime::kKeep) v.expire_ms(at.value_or(-1));
  if (store(c, v, 2) != KEEL_OK) return options.get ? KEEL_E_MEMORY : c.out_of_memory();
  const Events& events = plugin(c).events;
  c.commit(v, events.set, at ? events.expire : 0);

  if (c.logged()) {
    // With PXAT alone the command says already what a replica needs.
    if (at && (options.get || options.lifetime.kind() != Lifetime::kUnixMilliseconds))
      log_set_until(c, c.arg(2), *at);
    else if (options.get)
      log_without_get(c, options);
  }
  return options.get ? KEEL_OK : c.ok();
}

}  // namespace strings
