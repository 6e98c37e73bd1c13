// host/admin/command_docs.h - what COMMAND DOCS says about COMMAND.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::command {

using namespace keel::docs;

inline constexpr const char* kCommandTips[] = {"nondeterministic_output_order", nullptr};
inline constexpr keel_doc container = doc({.summary = "Get array of Redis command details",
                                           .since = "2.8.13",
                                           .group = "server",
                                           .complexity = "O(N) where N is the total number of Redis commands",
                                           .tips = kCommandTips});

inline constexpr keel_doc count =
    doc({.summary = "Get total number of Redis commands", .since = "2.8.13", .group = "server"});

inline constexpr keel_doc_arg kDocs[] = {multiple(optional(text("command-name")))};
inline constexpr const char* kDocsTips[] = {"nondeterministic_output_order", nullptr};
inline constexpr keel_doc docs = doc({.summary = "Get array of specific Redis command documentation",
                                      .since = "7.0.0",
                                      .group = "server",
                                      .complexity = "O(N) where N is the number of commands to look up",
                                      .tips = kDocsTips},
                                     kDocs);

inline constexpr keel_doc getkeys = doc({.summary = "Extract keys given a full Redis command",
                                         .since = "2.8.13",
                                         .group = "server",
                                         .complexity = "O(N) where N is the number of arguments to the command"});

inline constexpr keel_doc getkeysandflags =
    doc({.summary = "Extract keys and access flags given a full Redis command",
         .since = "7.0.0",
         .group = "server",
         .complexity = "O(N) where N is the number of arguments to the command"});

inline constexpr keel_doc help = help_doc("5.0.0", "server");

inline constexpr keel_doc_arg kInfo[] = {multiple(optional(text("command-name")))};
inline constexpr const char* kInfoTips[] = {"nondeterministic_output_order", nullptr};
inline constexpr keel_doc_history kInfoHistory[] = {
    {"7.0.0", "Allowed to be called with no argument to get info on all commands."}, {nullptr, nullptr}};
inline constexpr keel_doc info =
    doc({.summary = "Get array of specific Redis command details, or all when no argument is given.",
         .since = "2.8.13",
         .group = "server",
         .complexity = "O(N) where N is the number of commands to look up",
         .history = kInfoHistory,
         .tips = kInfoTips},
        kInfo);

inline constexpr keel_doc_arg kListFilterby[] = {text("module-name", "MODULE"), text("category", "ACLCAT"),
                                                 pattern("pattern", "PATTERN")};
inline constexpr keel_doc_arg kList[] = {optional(one_of("filterby", kListFilterby, "FILTERBY"))};
inline constexpr const char* kListTips[] = {"nondeterministic_output_order", nullptr};
inline constexpr keel_doc list = doc({.summary = "Get an array of Redis command names",
                                      .since = "7.0.0",
                                      .group = "server",
                                      .complexity = "O(N) where N is the total number of Redis commands",
                                      .tips = kListTips},
                                     kList);

}  // namespace keel::admin::docs::command
