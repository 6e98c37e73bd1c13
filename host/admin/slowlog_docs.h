// host/admin/slowlog_docs.h - what COMMAND DOCS says about SLOWLOG.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::slowlog {

using namespace keel::docs;

inline constexpr keel_doc container = doc({.summary = "A container for slow log commands",
                                           .since = "2.2.12",
                                           .group = "server",
                                           .complexity = "Depends on subcommand."});

inline constexpr keel_doc_arg kGet[] = {optional(integer("count"))};
inline constexpr const char* kGetTips[] = {"request_policy:all_nodes", "nondeterministic_output", nullptr};
inline constexpr keel_doc_history kGetHistory[] = {{"4.0.0", "Added client IP address, port and name to the reply."},
                                                   {nullptr, nullptr}};
inline constexpr keel_doc get = doc({.summary = "Get the slow log's entries",
                                     .since = "2.2.12",
                                     .group = "server",
                                     .complexity = "O(N) where N is the number of entries returned",
                                     .history = kGetHistory,
                                     .tips = kGetTips},
                                    kGet);

inline constexpr keel_doc help = help_doc("6.2.0", "server");

inline constexpr const char* kLenTips[] = {"request_policy:all_nodes", "response_policy:agg_sum",
                                           "nondeterministic_output", nullptr};
inline constexpr keel_doc len =
    doc({.summary = "Get the slow log's length", .since = "2.2.12", .group = "server", .tips = kLenTips});

inline constexpr const char* kResetTips[] = {"request_policy:all_nodes", "response_policy:all_succeeded", nullptr};
inline constexpr keel_doc reset = doc({.summary = "Clear all entries from the slow log",
                                       .since = "2.2.12",
                                       .group = "server",
                                       .complexity = "O(N) where N is the number of entries in the slowlog",
                                       .tips = kResetTips});

}  // namespace keel::admin::docs::slowlog
