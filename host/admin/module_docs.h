// host/admin/module_docs.h - what COMMAND DOCS says about MODULE.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::module {

using namespace keel::docs;

inline constexpr keel_doc container = doc({.summary = "A container for module commands",
                                           .since = "4.0.0",
                                           .group = "server",
                                           .complexity = "Depends on subcommand."});

inline constexpr keel_doc help = help_doc("5.0.0", "server");

inline constexpr const char* kListTips[] = {"nondeterministic_output_order", nullptr};
inline constexpr keel_doc list = doc({.summary = "List all modules loaded by the server",
                                      .since = "4.0.0",
                                      .group = "server",
                                      .complexity = "O(N) where N is the number of loaded modules.",
                                      .tips = kListTips});

inline constexpr keel_doc_arg kLoad[] = {text("path"), multiple(optional(text("arg")))};
inline constexpr keel_doc load = doc({.summary = "Load a module", .since = "4.0.0", .group = "server"}, kLoad);

inline constexpr keel_doc_arg kLoadexConfigs[] = {text("name"), text("value")};
inline constexpr keel_doc_arg kLoadexArgs[] = {text("arg")};
inline constexpr keel_doc_arg kLoadex[] = {
    text("path"), repeated_token(multiple(optional(block("configs", kLoadexConfigs, "CONFIG")))),
    multiple(optional(block("args", kLoadexArgs, "ARGS")))};
inline constexpr keel_doc loadex =
    doc({.summary = "Load a module with extended parameters", .since = "7.0.0", .group = "server"}, kLoadex);

inline constexpr keel_doc_arg kUnload[] = {text("name")};
inline constexpr keel_doc unload = doc({.summary = "Unload a module", .since = "4.0.0", .group = "server"}, kUnload);

}  // namespace keel::admin::docs::module
