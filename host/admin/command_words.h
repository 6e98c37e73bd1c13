// host/admin/command_words.h - rows of the command table, in the words of COMMAND INFO.
#pragma once
#include <array>
#include <bit>
#include <string_view>

#include "host/exec/command_table.h"
#include "keel/cpp/ctx.hpp"

namespace keel::admin {

// By number of the bit; an empty name is not shown.
inline constexpr std::array<std::string_view, 21> kFlagNames = {"write",
                                                                "readonly",
                                                                "denyoom",
                                                                "admin",
                                                                "pubsub",
                                                                "noscript",
                                                                "blocking",
                                                                "loading",
                                                                "stale",
                                                                "skip_monitor",
                                                                "skip_slowlog",
                                                                "asking",
                                                                "fast",
                                                                "no_auth",
                                                                "",
                                                                "no_mandatory_keys",
                                                                "",
                                                                "no_async_loading",
                                                                "no_multi",
                                                                "movablekeys",
                                                                "allow_busy"};
inline constexpr std::array<std::string_view, 21> kCategoryNames = {
    "keyspace", "read",   "write",       "set",       "sortedset",  "list",        "hash",
    "string",   "bitmap", "hyperloglog", "geo",       "stream",     "pubsub",      "admin",
    "fast",     "slow",   "blocking",    "dangerous", "connection", "transaction", "scripting"};
inline constexpr std::array<std::string_view, 11> kKeyFlagNames = {
    "RO", "RW", "OW", "RM", "access", "update", "insert", "delete", "not_key", "incomplete", "variable_flags"};

// A set of simple strings: the names of the bits that are set, each behind `prefix`.
template <size_t N>
void reply_bits(Ctx c, uint64_t bits, const std::array<std::string_view, N>& names, std::string_view prefix = "") {
  uint64_t shown = 0;
  for (size_t i = 0; i < N; ++i)
    if ((bits >> i & 1) != 0 && !names[i].empty()) shown |= uint64_t{1} << i;
  c.set(static_cast<uint64_t>(std::popcount(shown)));
  for (size_t i = 0; i < N; ++i) {
    if ((shown >> i & 1) == 0) continue;
    c.put("+");
    c.put(prefix);
    c.put(names[i]);
    c.put("\r\n");
  }
}

// Where the keys are, for clients that know nothing but a range of words.
struct KeyRange {
  int32_t first = 0, last = 0, step = 0;  // last below zero counts from the end; first 0 = no keys
};
KeyRange legacy_range(const keel_command& row) noexcept;

// One entry of COMMAND INFO, with its subcommands.
void reply_info(Ctx c, const exec::Command& command);
// One value of COMMAND DOCS, likewise.
void reply_docs(Ctx c, const exec::Command& command);

}  // namespace keel::admin
