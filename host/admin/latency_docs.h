// host/admin/latency_docs.h - what COMMAND DOCS says about LATENCY.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::latency {

using namespace keel::docs;

inline constexpr keel_doc container = doc({.summary = "A container for latency diagnostics commands",
                                           .since = "2.8.13",
                                           .group = "server",
                                           .complexity = "Depends on subcommand."});

inline constexpr const char* kDoctorTips[] = {"nondeterministic_output", "request_policy:all_nodes",
                                              "response_policy:special", nullptr};
inline constexpr keel_doc doctor = doc({.summary = "Return a human readable latency analysis report.",
                                        .since = "2.8.13",
                                        .group = "server",
                                        .tips = kDoctorTips});

inline constexpr keel_doc_arg kGraph[] = {text("event")};
inline constexpr const char* kGraphTips[] = {"nondeterministic_output", "request_policy:all_nodes",
                                             "response_policy:special", nullptr};
inline constexpr keel_doc graph =
    doc({.summary = "Return a latency graph for the event.", .since = "2.8.13", .group = "server", .tips = kGraphTips},
        kGraph);

inline constexpr keel_doc help =
    doc({.summary = "Show helpful text about the different subcommands.", .since = "2.8.13", .group = "server"});

inline constexpr keel_doc_arg kHistogram[] = {multiple(optional(text("command")))};
inline constexpr const char* kHistogramTips[] = {"nondeterministic_output", "request_policy:all_nodes",
                                                 "response_policy:special", nullptr};
inline constexpr keel_doc histogram =
    doc({.summary = "Return the cumulative distribution of latencies of a subset of commands or all.",
         .since = "7.0.0",
         .group = "server",
         .complexity = "O(N) where N is the number of commands with latency information being retrieved.",
         .tips = kHistogramTips},
        kHistogram);

inline constexpr keel_doc_arg kHistory[] = {text("event")};
inline constexpr const char* kHistoryTips[] = {"nondeterministic_output", "request_policy:all_nodes",
                                               "response_policy:special", nullptr};
inline constexpr keel_doc history = doc({.summary = "Return timestamp-latency samples for the event.",
                                         .since = "2.8.13",
                                         .group = "server",
                                         .tips = kHistoryTips},
                                        kHistory);

inline constexpr const char* kLatestTips[] = {"nondeterministic_output", "request_policy:all_nodes",
                                              "response_policy:special", nullptr};
inline constexpr keel_doc latest = doc({.summary = "Return the latest latency samples for all events.",
                                        .since = "2.8.13",
                                        .group = "server",
                                        .tips = kLatestTips});

inline constexpr keel_doc_arg kReset[] = {multiple(optional(text("event")))};
inline constexpr const char* kResetTips[] = {"request_policy:all_nodes", "response_policy:all_succeeded", nullptr};
inline constexpr keel_doc reset = doc(
    {.summary = "Reset latency data for one or more events.", .since = "2.8.13", .group = "server", .tips = kResetTips},
    kReset);

}  // namespace keel::admin::docs::latency
