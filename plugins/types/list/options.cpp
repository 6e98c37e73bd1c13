#include "plugins/types/list/options.h"

#include "plugins/types/list/value.h"

namespace lists {
namespace {

// The most nodes at an end that Redis leaves unpacked.
constexpr int64_t kMostDepth = 65535;

template <auto kMember>
keel_status take_number(void* self, keel_str value, keel_error* error) noexcept {
  const auto n = keel::parse_integer(keel::view(value));
  if (!n) return keel_fail(error, KEEL_E_ARG, "not a number");
  auto& plugin = *static_cast<Plugin*>(self);
  plugin.*kMember = *n;
  plugin.limits = Limits::of(plugin.listpack_size, static_cast<uint32_t>(std::min(plugin.depth, kMostDepth)));
  return KEEL_OK;
}

constexpr keel_option kOptions[] = {
    {
        .name = "list-max-listpack-size",
        .initial = "-2",
        .doc = "What a node of a list holds: -1 to -5 = 4, 8, 16, 32, 64 KiB; above zero: that many elements.",
        .type = KEEL_OPTION_INTEGER,
        .flags = KEEL_OPTION_MUTABLE,
        .min = INT32_MIN,
        .max = INT32_MAX,
        .choices = nullptr,
        .apply = take_number<&Plugin::listpack_size>,
        .other_name = "list-max-ziplist-size",
    },
    {
        .name = "list-compress-depth",
        .initial = "0",
        .doc = "Nodes at each end of a list that are not compressed, the others are; 0 = none is.",
        .type = KEEL_OPTION_INTEGER,
        .flags = KEEL_OPTION_MUTABLE,
        .min = 0,
        .max = INT32_MAX,
        .choices = nullptr,
        .apply = take_number<&Plugin::depth>,
    },
};

}  // namespace

std::span<const keel_option> options() noexcept {
  return kOptions;
}

}  // namespace lists
