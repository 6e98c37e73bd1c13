// host/admin/connection_docs.h - what COMMAND DOCS says about PING, ECHO, QUIT, RESET, HELLO, AUTH and WAIT.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs {

using namespace keel::docs;

inline constexpr keel_doc_arg kPing[] = {optional(text("message"))};
inline constexpr const char* kPingTips[] = {"request_policy:all_shards", "response_policy:all_succeeded", nullptr};
inline constexpr keel_doc ping =
    doc({.summary = "Ping the server", .since = "1.0.0", .group = "connection", .tips = kPingTips}, kPing);

inline constexpr keel_doc_arg kEcho[] = {text("message")};
inline constexpr keel_doc echo =
    doc({.summary = "Echo the given string", .since = "1.0.0", .group = "connection"}, kEcho);

inline constexpr keel_doc quit = doc({.summary = "Close the connection", .since = "1.0.0", .group = "connection"});

inline constexpr keel_doc reset = doc({.summary = "Reset the connection", .since = "6.2.0", .group = "connection"});

inline constexpr keel_doc_arg kHelloArgumentsUsernamePassword[] = {text("username"), text("password")};
inline constexpr keel_doc_arg kHelloArguments[] = {
    integer("protover"), optional(block("username_password", kHelloArgumentsUsernamePassword, "AUTH")),
    optional(text("clientname", "SETNAME"))};
inline constexpr keel_doc_arg kHello[] = {optional(block("arguments", kHelloArguments))};
inline constexpr keel_doc_history kHelloHistory[] = {
    {"6.2.0",
     "`protover` made optional; when called without arguments the command reports the current connection's context."},
    {nullptr, nullptr}};
inline constexpr keel_doc hello =
    doc({.summary = "Handshake with Redis", .since = "6.0.0", .group = "connection", .history = kHelloHistory}, kHello);

inline constexpr keel_doc_arg kAuth[] = {optional(since("6.0.0", text("username"))), text("password")};
inline constexpr keel_doc_history kAuthHistory[] = {{"6.0.0", "Added ACL style (username and password)."},
                                                    {nullptr, nullptr}};
inline constexpr keel_doc auth = doc({.summary = "Authenticate to the server",
                                      .since = "1.0.0",
                                      .group = "connection",
                                      .complexity = "O(N) where N is the number of passwords defined for the user",
                                      .history = kAuthHistory},
                                     kAuth);

inline constexpr keel_doc_arg kWait[] = {integer("numreplicas"), integer("timeout")};
inline constexpr const char* kWaitTips[] = {"request_policy:all_shards", "response_policy:agg_min", nullptr};
inline constexpr keel_doc wait = doc(
    {.summary =
         "Wait for the synchronous replication of all the write commands sent in the context of the current connection",
     .since = "3.0.0",
     .group = "generic",
     .tips = kWaitTips},
    kWait);

}  // namespace keel::admin::docs
