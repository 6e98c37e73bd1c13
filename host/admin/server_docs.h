// host/admin/server_docs.h - what COMMAND DOCS says about TIME, LOLWUT, SHUTDOWN, INFO, MONITOR and DEBUG.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs {

using namespace keel::docs;

inline constexpr const char* kTimeTips[] = {"nondeterministic_output", nullptr};
inline constexpr keel_doc time =
    doc({.summary = "Return the current server time", .since = "2.6.0", .group = "server", .tips = kTimeTips});

inline constexpr keel_doc_arg kLolwut[] = {optional(integer("version", "VERSION"))};
inline constexpr keel_doc lolwut = doc({.summary = "Display some computer art and the Redis version",
                                        .since = "5.0.0",
                                        .group = "server",
                                        .complexity = nullptr},
                                       kLolwut);

inline constexpr keel_doc_arg kShutdownNosaveSave[] = {flag("nosave", "NOSAVE"), flag("save", "SAVE")};
inline constexpr keel_doc_arg kShutdown[] = {
    optional(one_of("nosave_save", kShutdownNosaveSave)), optional(since("7.0.0", flag("now", "NOW"))),
    optional(since("7.0.0", flag("force", "FORCE"))), optional(since("7.0.0", flag("abort", "ABORT")))};
inline constexpr keel_doc_history kShutdownHistory[] = {{"7.0.0", "Added the `NOW`, `FORCE` and `ABORT` modifiers."},
                                                        {nullptr, nullptr}};
inline constexpr keel_doc shutdown =
    doc({.summary = "Synchronously save the dataset to disk and then shut down the server",
         .since = "1.0.0",
         .group = "server",
         .complexity =
             "O(N) when saving, where N is the total number of keys in all databases when saving data, otherwise O(1)",
         .history = kShutdownHistory},
        kShutdown);

inline constexpr keel_doc_arg kInfo[] = {multiple(optional(text("section")))};
inline constexpr const char* kInfoTips[] = {"nondeterministic_output", "request_policy:all_shards",
                                            "response_policy:special", nullptr};
inline constexpr keel_doc_history kInfoHistory[] = {{"7.0.0", "Added support for taking multiple section arguments."},
                                                    {nullptr, nullptr}};
inline constexpr keel_doc info = doc({.summary = "Get information and statistics about the server",
                                      .since = "1.0.0",
                                      .group = "server",
                                      .history = kInfoHistory,
                                      .tips = kInfoTips},
                                     kInfo);

inline constexpr keel_doc monitor = doc({.summary = "Listen for all requests received by the server in real time",
                                         .since = "1.0.0",
                                         .group = "server",
                                         .complexity = nullptr});

inline constexpr keel_doc debug = doc({.summary = "A container for debugging commands",
                                       .since = "1.0.0",
                                       .group = "server",
                                       .complexity = "Depends on subcommand.",
                                       .flags = KEEL_DOC_SYSCMD});

}  // namespace keel::admin::docs
