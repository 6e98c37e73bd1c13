#include "plugins/types/string/options.h"

#include <cstdio>

namespace strings {
namespace {

struct Row {
  Str word;
  Lifetime kind;
};
constexpr Row kRows[] = {
    {"EX", Lifetime::kSeconds},       {"PX", Lifetime::kMilliseconds},
    {"EXAT", Lifetime::kUnixSeconds}, {"PXAT", Lifetime::kUnixMilliseconds},
    {"KEEPTTL", Lifetime::kKeep},     {"PERSIST", Lifetime::kPersist},
};

}  // namespace

bool LifetimeOption::take(keel::Args& args, Lifetime special) noexcept {
  for (const auto& [word, kind] : kRows) {
    if (!timed(kind) && kind != special) continue;
    if (!(timed(kind) ? args.take_with_value(word) : args.take(word))) continue;
    if (kind_ != Lifetime::kUnsaid && kind_ != kind) args.fail(keel::kSyntax);
    kind_ = kind;
    if (timed(kind)) {
      number_ = args.position();
      args.text();
    }
    return true;
  }
  return false;
}

std::optional<int64_t> LifetimeOption::deadline(Ctx c, Str command) const noexcept {
  return strings::deadline(c, kind_, number_, command);
}

std::optional<int64_t> deadline(Ctx c, Lifetime lifetime, uint32_t arg, Str command) noexcept {
  const auto number = keel::parse_integer(c.arg(arg));
  if (!number) return c.error(keel::kNotInteger), std::nullopt;
  const auto at = deadline_ms(lifetime, *number, c.now_ms());
  if (!at) {
    char text[64];
    const int n = std::snprintf(text, sizeof text, "ERR invalid expire time in '%.*s' command",
                                static_cast<int>(command.size()), command.data());
    c.error({text, static_cast<size_t>(n)});
  }
  return at;
}

void log_set_until(Ctx c, Str value, int64_t at_ms) noexcept {
  c.propagate(Str{"SET"}, c.key(0), value, Str{"PXAT"}, Str{keel::NumberText(at_ms)});
}

bool reply_old_value(Ctx c) noexcept {
  const Ref old = c.read();
  if (old && !old.is(plugin(c).type)) return c.wrong_type(), false;
  old ? c.value(old) : c.null();
  return true;
}

}  // namespace strings
