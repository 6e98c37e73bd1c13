// host/admin/client_docs.h - what COMMAND DOCS says about CLIENT.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::client {

using namespace keel::docs;

inline constexpr keel_doc container = doc({.summary = "A container for client connection commands",
                                           .since = "2.4.0",
                                           .group = "connection",
                                           .complexity = "Depends on subcommand."});

inline constexpr keel_doc getname =
    doc({.summary = "Get the current connection name", .since = "2.6.9", .group = "connection"});

inline constexpr keel_doc getredir = doc(
    {.summary = "Get tracking notifications redirection client ID if any", .since = "6.0.0", .group = "connection"});

inline constexpr keel_doc help = help_doc("5.0.0", "connection");

inline constexpr keel_doc id =
    doc({.summary = "Returns the client ID for the current connection", .since = "5.0.0", .group = "connection"});

inline constexpr const char* kInfoTips[] = {"nondeterministic_output", nullptr};
inline constexpr keel_doc info = doc({.summary = "Returns information about the current client connection.",
                                      .since = "6.2.0",
                                      .group = "connection",
                                      .tips = kInfoTips});

inline constexpr keel_doc_arg kKillFilterNewFormatNormalMasterSlavePubsub[] = {
    flag("normal", "NORMAL"), since("3.2.0", flag("master", "MASTER")), flag("slave", "SLAVE"),
    since("5.0.0", flag("replica", "REPLICA")), flag("pubsub", "PUBSUB")};
inline constexpr keel_doc_arg kKillFilterNewFormat[] = {
    optional(since("2.8.12", integer("client-id", "ID"))),
    optional(
        since("2.8.12", one_of("normal_master_slave_pubsub", kKillFilterNewFormatNormalMasterSlavePubsub, "TYPE"))),
    optional(text("username", "USER")),
    optional(text("ip:port", "ADDR")),
    optional(since("6.2.0", text("ip:port", "LADDR"))),
    optional(text("yes/no", "SKIPME"))};
inline constexpr keel_doc_arg kKillFilter[] = {deprecated("2.8.12", text("ip:port")),
                                               multiple(one_of("new-format", kKillFilterNewFormat))};
inline constexpr keel_doc_arg kKill[] = {one_of("filter", kKillFilter)};
inline constexpr keel_doc_history kKillHistory[] = {
    {"2.8.12", "Added new filter format."},
    {"2.8.12", "`ID` option."},
    {"3.2.0", "Added `master` type in for `TYPE` option."},
    {"5.0.0", "Replaced `slave` `TYPE` with `replica`. `slave` still supported for backward compatibility."},
    {"6.2.0", "`LADDR` option."},
    {nullptr, nullptr}};
inline constexpr keel_doc kill = doc({.summary = "Kill the connection of a client",
                                      .since = "2.4.0",
                                      .group = "connection",
                                      .complexity = "O(N) where N is the number of client connections",
                                      .history = kKillHistory},
                                     kKill);

inline constexpr keel_doc_arg kListNormalMasterReplicaPubsub[] = {flag("normal", "NORMAL"), flag("master", "MASTER"),
                                                                  flag("replica", "REPLICA"), flag("pubsub", "PUBSUB")};
inline constexpr keel_doc_arg kListId[] = {multiple(integer("client-id"))};
inline constexpr keel_doc_arg kList[] = {
    optional(since("5.0.0", one_of("normal_master_replica_pubsub", kListNormalMasterReplicaPubsub, "TYPE"))),
    optional(since("6.2.0", block("id", kListId, "ID")))};
inline constexpr const char* kListTips[] = {"nondeterministic_output", nullptr};
inline constexpr keel_doc_history kListHistory[] = {
    {"2.8.12", "Added unique client `id` field."},
    {"5.0.0", "Added optional `TYPE` filter."},
    {"6.0.0", "Added `user` field."},
    {"6.2.0", "Added `argv-mem`, `tot-mem`, `laddr` and `redir` fields and the optional `ID` filter."},
    {"7.0.0", "Added `resp`, `multi-mem`, `rbs` and `rbp` fields."},
    {"7.0.3", "Added `ssub` field."},
    {nullptr, nullptr}};
inline constexpr keel_doc list = doc({.summary = "Get the list of client connections",
                                      .since = "2.4.0",
                                      .group = "connection",
                                      .complexity = "O(N) where N is the number of client connections",
                                      .history = kListHistory,
                                      .tips = kListTips},
                                     kList);

inline constexpr keel_doc_arg kNoEvictEnabled[] = {flag("on", "ON"), flag("off", "OFF")};
inline constexpr keel_doc_arg kNoEvict[] = {one_of("enabled", kNoEvictEnabled)};
inline constexpr keel_doc no_evict =
    doc({.summary = "Set client eviction mode for the current connection", .since = "7.0.0", .group = "connection"},
        kNoEvict);

inline constexpr keel_doc_arg kNoTouch[] = {one_of("enabled", kNoEvictEnabled)};
inline constexpr keel_doc no_touch =
    doc({.summary = "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.",
         .since = "7.2.0",
         .group = "connection"},
        kNoTouch);

inline constexpr keel_doc_arg kPauseMode[] = {flag("write", "WRITE"), flag("all", "ALL")};
inline constexpr keel_doc_arg kPause[] = {integer("timeout"), optional(since("6.2.0", one_of("mode", kPauseMode)))};
inline constexpr keel_doc_history kPauseHistory[] = {
    {"6.2.0", "`CLIENT PAUSE WRITE` mode added along with the `mode` option."}, {nullptr, nullptr}};
inline constexpr keel_doc pause = doc({.summary = "Stop processing commands from clients for some time",
                                       .since = "2.9.50",
                                       .group = "connection",
                                       .history = kPauseHistory},
                                      kPause);

inline constexpr keel_doc_arg kReplyOnOffSkip[] = {flag("on", "ON"), flag("off", "OFF"), flag("skip", "SKIP")};
inline constexpr keel_doc_arg kReply[] = {one_of("on_off_skip", kReplyOnOffSkip)};
inline constexpr keel_doc reply = doc(
    {.summary = "Instruct the server whether to reply to commands", .since = "3.2.0", .group = "connection"}, kReply);

inline constexpr keel_doc_arg kSetinfoAttribute[] = {text("libname", "LIB-NAME"), text("libver", "LIB-VER")};
inline constexpr keel_doc_arg kSetinfo[] = {one_of("attr", kSetinfoAttribute)};
inline constexpr keel_doc setinfo =
    doc({.summary = "Sets information specific to the client or connection.", .since = "7.2.0", .group = "connection"},
        kSetinfo);

inline constexpr keel_doc_arg kSetname[] = {text("connection-name")};
inline constexpr keel_doc setname =
    doc({.summary = "Set the current connection name", .since = "2.6.9", .group = "connection"}, kSetname);

inline constexpr keel_doc trackinginfo =
    doc({.summary = "Return information about server assisted client side caching for the current connection",
         .since = "6.2.0",
         .group = "connection"});

inline constexpr keel_doc_arg kUnblockTimeoutError[] = {flag("timeout", "TIMEOUT"), flag("error", "ERROR")};
inline constexpr keel_doc_arg kUnblock[] = {integer("client-id"),
                                            optional(one_of("timeout_error", kUnblockTimeoutError))};
inline constexpr keel_doc unblock =
    doc({.summary = "Unblock a client blocked in a blocking command from a different connection",
         .since = "5.0.0",
         .group = "connection",
         .complexity = "O(log N) where N is the number of client connections"},
        kUnblock);

inline constexpr keel_doc unpause = doc({.summary = "Resume processing of clients that were paused",
                                         .since = "6.2.0",
                                         .group = "connection",
                                         .complexity = "O(N) Where N is the number of paused clients"});

}  // namespace keel::admin::docs::client
