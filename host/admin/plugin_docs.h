// host/admin/plugin_docs.h - what COMMAND DOCS says about PLUGIN, which Redis does not have.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::plugin {

using namespace keel::docs;

inline constexpr keel_doc container = doc({.summary = "A container for commands about plugins",
                                           .since = "7.0.15",
                                           .group = "server",
                                           .complexity = "Depends on subcommand."});

inline constexpr keel_doc help = help_doc("7.0.15", "server");

inline constexpr keel_doc_arg kInfo[] = {text("name")};
inline constexpr keel_doc info =
    doc({.summary = "Return what one plugin is, needs and provides", .since = "7.0.15", .group = "server"}, kInfo);

inline constexpr const char* kListTips[] = {"nondeterministic_output_order", nullptr};
inline constexpr keel_doc list = doc({.summary = "List the plugins that run",
                                      .since = "7.0.15",
                                      .group = "server",
                                      .complexity = "O(N) where N is the number of plugins.",
                                      .tips = kListTips});

}  // namespace keel::admin::docs::plugin
