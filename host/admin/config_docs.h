// host/admin/config_docs.h - what COMMAND DOCS says about CONFIG.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::config {

using namespace keel::docs;

inline constexpr keel_doc container = doc({.summary = "A container for server configuration commands",
                                           .since = "2.0.0",
                                           .group = "server",
                                           .complexity = "Depends on subcommand."});

inline constexpr keel_doc_arg kGetParameter[] = {text("parameter")};
inline constexpr keel_doc_arg kGet[] = {multiple(block("parameter", kGetParameter))};
inline constexpr keel_doc_history kGetHistory[] = {
    {"7.0.0", "Added the ability to pass multiple pattern parameters in one call"}, {nullptr, nullptr}};
inline constexpr keel_doc get = doc({.summary = "Get the values of configuration parameters",
                                     .since = "2.0.0",
                                     .group = "server",
                                     .complexity = "O(N) when N is the number of configuration parameters provided",
                                     .history = kGetHistory},
                                    kGet);

inline constexpr keel_doc help = help_doc("5.0.0", "server");

inline constexpr keel_doc resetstat =
    doc({.summary = "Reset the stats returned by INFO", .since = "2.0.0", .group = "server"});

inline constexpr keel_doc rewrite = doc({.summary = "Rewrite the configuration file with the in memory configuration",
                                         .since = "2.8.0",
                                         .group = "server"});

inline constexpr keel_doc_arg kSetParameterValue[] = {text("parameter"), text("value")};
inline constexpr keel_doc_arg kSet[] = {multiple(block("parameter_value", kSetParameterValue))};
inline constexpr const char* kSetTips[] = {"request_policy:all_nodes", "response_policy:all_succeeded", nullptr};
inline constexpr keel_doc_history kSetHistory[] = {
    {"7.0.0", "Added the ability to set multiple parameters in one call."}, {nullptr, nullptr}};
inline constexpr keel_doc set = doc({.summary = "Set configuration parameters to the given values",
                                     .since = "2.0.0",
                                     .group = "server",
                                     .complexity = "O(N) when N is the number of configuration parameters provided",
                                     .history = kSetHistory,
                                     .tips = kSetTips},
                                    kSet);

}  // namespace keel::admin::docs::config
