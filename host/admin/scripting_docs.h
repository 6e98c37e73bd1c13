// host/admin/scripting_docs.h - what COMMAND DOCS says about FUNCTION and SCRIPT.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::scripting {

using namespace keel::docs;

inline constexpr keel_doc_arg kModes[] = {flag("async", "ASYNC"), flag("sync", "SYNC")};

inline constexpr keel_doc function = doc({.summary = "A container for function commands",
                                          .since = "7.0.0",
                                          .group = "scripting",
                                          .complexity = "Depends on subcommand."});
inline constexpr const char* kEverywhere[] = {"request_policy:all_shards", "response_policy:all_succeeded", nullptr};
inline constexpr keel_doc_arg kFunctionFlush[] = {optional(one_of("async", kModes))};
inline constexpr keel_doc function_flush = doc({.summary = "Deleting all functions",
                                                .since = "7.0.0",
                                                .group = "scripting",
                                                .complexity = "O(N) where N is the number of functions deleted",
                                                .tips = kEverywhere},
                                               kFunctionFlush);
inline constexpr const char* kListTips[] = {"nondeterministic_output_order", nullptr};
inline constexpr keel_doc_arg kFunctionList[] = {optional(text("library-name-pattern", "LIBRARYNAME")),
                                                 optional(flag("withcode", "WITHCODE"))};
inline constexpr keel_doc function_list = doc({.summary = "List information about all the functions",
                                               .since = "7.0.0",
                                               .group = "scripting",
                                               .complexity = "O(N) where N is the number of functions",
                                               .tips = kListTips},
                                              kFunctionList);

inline constexpr keel_doc script = doc({.summary = "A container for Lua scripts management commands",
                                        .since = "2.6.0",
                                        .group = "scripting",
                                        .complexity = "Depends on subcommand."});
inline constexpr const char* kExistsTips[] = {"request_policy:all_shards", "response_policy:agg_logical_and", nullptr};
inline constexpr keel_doc_arg kScriptExists[] = {multiple(text("sha1"))};
inline constexpr keel_doc script_exists =
    doc({.summary = "Check existence of scripts in the script cache.",
         .since = "2.6.0",
         .group = "scripting",
         .complexity =
             "O(N) with N being the number of scripts to check (so checking a single script is an O(1) operation).",
         .tips = kExistsTips},
        kScriptExists);
inline constexpr const char* kOnNodes[] = {"request_policy:all_nodes", "response_policy:all_succeeded", nullptr};
inline constexpr keel_doc_history kScriptFlushHistory[] = {
    {"6.2.0", "Added the `ASYNC` and `SYNC` flushing mode modifiers."}, {nullptr, nullptr}};
inline constexpr keel_doc_arg kScriptFlush[] = {optional(since("6.2.0", one_of("async", kModes)))};
inline constexpr keel_doc script_flush = doc({.summary = "Remove all the scripts from the script cache.",
                                              .since = "2.6.0",
                                              .group = "scripting",
                                              .complexity = "O(N) with N being the number of scripts in cache",
                                              .history = kScriptFlushHistory,
                                              .tips = kOnNodes},
                                             kScriptFlush);

}  // namespace keel::admin::docs::scripting
