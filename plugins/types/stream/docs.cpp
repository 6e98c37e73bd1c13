#include "plugins/types/stream/docs.h"

#include "keel/cpp/docs.hpp"

namespace streams::docs {
namespace {

using namespace keel::docs;

constexpr About of_stream(About about) {
  about.group = "stream";
  return about;
}

constexpr keel_doc_history kXaddHistory[] = {
    {"6.2.0", "Added the `NOMKSTREAM` option, `MINID` trimming strategy and the `LIMIT` option."},
    {"7.0.0", "Added support for the `<ms>-*` explicit ID form."},
    {nullptr, nullptr}};
constexpr const char* kAnyOutput[] = {"nondeterministic_output", nullptr};
constexpr keel_doc_arg kTrimStrategy[] = {flag("maxlen", "MAXLEN"), since("6.2.0", flag("minid", "MINID"))};
constexpr keel_doc_arg kTrimOperator[] = {flag("equal", "="), flag("approximately", "~")};
constexpr keel_doc_arg kTrim[] = {one_of("strategy", kTrimStrategy), optional(one_of("operator", kTrimOperator)),
                                  text("threshold"), since("6.2.0", optional(integer("count", "LIMIT")))};
constexpr keel_doc_arg kIdOrAuto[] = {flag("auto_id", "*"), text("id")};
constexpr keel_doc_arg kFieldValue[] = {text("field"), text("value")};
constexpr keel_doc_arg kXaddArgs[] = {key("key"), since("6.2.0", optional(flag("nomkstream", "NOMKSTREAM"))),
                                      optional(block("trim", kTrim)), one_of("id_or_auto", kIdOrAuto),
                                      multiple(block("field_value", kFieldValue))};
constexpr keel_doc_arg kKey[] = {key("key")};
constexpr keel_doc_history kXrangeHistory[] = {{"6.2.0", "Added exclusive ranges."}, {nullptr, nullptr}};
constexpr keel_doc_arg kXrangeArgs[] = {key("key"), text("start"), text("end"), optional(integer("count", "COUNT"))};
constexpr keel_doc_arg kXrevrangeArgs[] = {key("key"), text("end"), text("start"), optional(integer("count", "COUNT"))};
constexpr keel_doc_arg kXdelArgs[] = {key("key"), multiple(text("id"))};
constexpr keel_doc_history kXtrimHistory[] = {{"6.2.0", "Added the `MINID` trimming strategy and the `LIMIT` option."},
                                              {nullptr, nullptr}};
constexpr keel_doc_arg kXtrimArgs[] = {key("key"), block("trim", kTrim)};
constexpr keel_doc_arg kStreams[] = {multiple(key("key")), multiple(text("id"))};
constexpr keel_doc_arg kXreadArgs[] = {optional(integer("count", "COUNT")), optional(integer("milliseconds", "BLOCK")),
                                       block("streams", kStreams, "STREAMS")};
constexpr keel_doc_arg kGroupConsumer[] = {text("group"), text("consumer")};
constexpr keel_doc_arg kXreadgroupArgs[] = {block("group_consumer", kGroupConsumer, "GROUP"),
                                            optional(integer("count", "COUNT")),
                                            optional(integer("milliseconds", "BLOCK")),
                                            optional(flag("noack", "NOACK")), block("streams", kStreams, "STREAMS")};
constexpr keel_doc_arg kXackArgs[] = {key("key"), text("group"), multiple(text("id"))};
constexpr keel_doc_history kXpendingHistory[] = {{"6.2.0", "Added the `IDLE` option and exclusive range intervals."},
                                                 {nullptr, nullptr}};
constexpr keel_doc_arg kFilters[] = {since("6.2.0", optional(integer("min-idle-time", "IDLE"))), text("start"),
                                     text("end"), integer("count"), optional(text("consumer"))};
constexpr keel_doc_arg kXpendingArgs[] = {key("key"), text("group"), optional(block("filters", kFilters))};
constexpr keel_doc_arg kXclaimArgs[] = {key("key"),
                                        text("group"),
                                        text("consumer"),
                                        text("min-idle-time"),
                                        multiple(text("id")),
                                        optional(integer("ms", "IDLE")),
                                        optional(moment("unix-time-milliseconds", "TIME")),
                                        optional(integer("count", "RETRYCOUNT")),
                                        optional(flag("force", "FORCE")),
                                        optional(flag("justid", "JUSTID")),
                                        optional(text("id", "LASTID"))};
constexpr keel_doc_history kXautoclaimHistory[] = {
    {"7.0.0", "Added an element to the reply array, containing deleted entries the command cleared from the PEL"},
    {nullptr, nullptr}};
constexpr keel_doc_arg kXautoclaimArgs[] = {key("key"),
                                            text("group"),
                                            text("consumer"),
                                            text("min-idle-time"),
                                            text("start"),
                                            optional(integer("count", "COUNT")),
                                            optional(flag("justid", "JUSTID"))};
constexpr keel_doc_history kXsetidHistory[] = {
    {"7.0.0", "Added the `entries_added` and `max_deleted_entry_id` arguments."}, {nullptr, nullptr}};
constexpr keel_doc_arg kXsetidArgs[] = {key("key"), text("last-id"),
                                        since("7.0.0", optional(integer("entries_added", "ENTRIESADDED"))),
                                        since("7.0.0", optional(text("max_deleted_entry_id", "MAXDELETEDID")))};
constexpr keel_doc_history kXgroupCreateHistory[] = {{"7.0.0", "Added the `entries_read` named argument."},
                                                     {nullptr, nullptr}};
constexpr keel_doc_arg kGroupId[] = {text("id"), flag("new_id", "$")};
constexpr keel_doc_arg kXgroupCreateArgs[] = {key("key"), text("groupname"), one_of("id", kGroupId),
                                              optional(flag("mkstream", "MKSTREAM")),
                                              optional(integer("entries_read", "ENTRIESREAD"))};
constexpr keel_doc_history kXgroupSetidHistory[] = {{"7.0.0", "Added the optional `entries_read` argument."},
                                                    {nullptr, nullptr}};
constexpr keel_doc_arg kXgroupSetidArgs[] = {key("key"), text("groupname"), one_of("id", kGroupId),
                                             optional(integer("entries_read", "ENTRIESREAD"))};
constexpr keel_doc_arg kKeyGroup[] = {key("key"), text("groupname")};
constexpr keel_doc_arg kKeyGroupConsumer[] = {key("key"), text("groupname"), text("consumername")};
constexpr keel_doc_history kXinfoStreamHistory[] = {
    {"6.0.0", "Added the `FULL` modifier."},
    {"7.0.0",
     "Added the `max-deleted-entry-id`, `entries-added`, `recorded-first-entry-id`, `entries-read` and `lag` fields"},
    {nullptr, nullptr}};
constexpr keel_doc_arg kFull[] = {optional(integer("count", "COUNT"))};
constexpr keel_doc_arg kXinfoStreamArgs[] = {key("key"), optional(block("full", kFull, "FULL"))};
constexpr keel_doc_history kXinfoGroupsHistory[] = {{"7.0.0", "Added the `entries-read` and `lag` fields"},
                                                    {nullptr, nullptr}};

}  // namespace

constexpr keel_doc xadd =
    doc(of_stream({.summary = "Appends a new entry to a stream",
                   .since = "5.0.0",
                   .complexity =
                       "O(1) when adding a new entry, O(N) when trimming where N being the number of entries evicted.",
                   .history = kXaddHistory,
                   .tips = kAnyOutput}),
        kXaddArgs);

constexpr keel_doc xlen =
    doc(of_stream({.summary = "Return the number of entries in a stream", .since = "5.0.0"}), kKey);

constexpr keel_doc xrange =
    doc(of_stream({.summary = "Return a range of elements in a stream, with IDs matching the specified IDs interval",
                   .since = "5.0.0",
                   .complexity = "O(N) with N being the number of elements being returned. If N is constant (e.g. "
                                 "always asking for the first 10 elements with COUNT), you can consider it O(1).",
                   .history = kXrangeHistory}),
        kXrangeArgs);

constexpr keel_doc xrevrange =
    doc(of_stream({.summary = "Return a range of elements in a stream, with IDs matching the specified IDs interval, "
                              "in reverse order (from greater to smaller IDs) compared to XRANGE",
                   .since = "5.0.0",
                   .complexity = "O(N) with N being the number of elements returned. If N is constant (e.g. always "
                                 "asking for the first 10 elements with COUNT), you can consider it O(1).",
                   .history = kXrangeHistory}),
        kXrevrangeArgs);

constexpr keel_doc xdel =
    doc(of_stream({.summary =
                       "Removes the specified entries from the stream. Returns the number of items actually deleted, "
                       "that may be different from the number of IDs passed in case certain IDs do not exist.",
                   .since = "5.0.0",
                   .complexity = "O(1) for each single item to delete in the stream, regardless of the stream size."}),
        kXdelArgs);

constexpr keel_doc xtrim =
    doc(of_stream({.summary = "Trims the stream to (approximately if '~' is passed) a certain size",
                   .since = "5.0.0",
                   .complexity = "O(N), with N being the number of evicted entries. Constant times are very small "
                                 "however, since entries are organized in macro nodes containing multiple entries that "
                                 "can be released with a single deallocation.",
                   .history = kXtrimHistory,
                   .tips = kAnyOutput}),
        kXtrimArgs);

constexpr keel_doc xread =
    doc(of_stream({.summary = "Return never seen elements in multiple streams, with IDs greater than the ones reported "
                              "by the caller for each stream. Can block.",
                   .since = "5.0.0",
                   .complexity =
                       "For each stream mentioned: O(N) with N being the number of elements being returned, it means "
                       "that XREAD-ing with a fixed COUNT is O(1). Note that when the BLOCK option is used, XADD will "
                       "pay O(M) time in order to serve the M clients blocked on the stream getting new data."}),
        kXreadArgs);

constexpr keel_doc xreadgroup =
    doc(of_stream({.summary = "Return new entries from a stream using a consumer group, or access the history of the "
                              "pending entries for a given consumer. Can block.",
                   .since = "5.0.0",
                   .complexity = "For each stream mentioned: O(M) with M being the number of elements returned. If M "
                                 "is constant (e.g. always asking for the first 10 elements with COUNT), you can "
                                 "consider it O(1). On the other side when XREADGROUP blocks, XADD will pay the O(N) "
                                 "time in order to serve the N clients blocked on the stream getting new data."}),
        kXreadgroupArgs);

constexpr keel_doc xgroup = doc(of_stream(
    {.summary = "A container for consumer groups commands", .since = "5.0.0", .complexity = "Depends on subcommand."}));

constexpr keel_doc xack = doc(
    of_stream({.summary = "Marks a pending message as correctly processed, effectively removing it from the pending "
                          "entries list of the consumer group. Return value of the command is the number of messages "
                          "successfully acknowledged, that is, the IDs we were actually able to resolve in the PEL.",
               .since = "5.0.0",
               .complexity = "O(1) for each message ID processed."}),
    kXackArgs);

constexpr keel_doc xpending =
    doc(of_stream({.summary = "Return information and entries from a stream consumer group pending entries list, that "
                              "are messages fetched but never acknowledged.",
                   .since = "5.0.0",
                   .complexity =
                       "O(N) with N being the number of elements returned, so asking for a small fixed number of "
                       "entries per call is O(1). O(M), where M is the total number of entries scanned when used with "
                       "the IDLE filter. When the command returns just the summary and the list of consumers is small, "
                       "it runs in O(1) time; otherwise, an additional O(N) time for iterating every consumer.",
                   .history = kXpendingHistory,
                   .tips = kAnyOutput}),
        kXpendingArgs);

constexpr keel_doc xclaim =
    doc(of_stream({.summary = "Changes (or acquires) ownership of a message in a consumer group, as if the message was "
                              "delivered to the specified consumer.",
                   .since = "5.0.0",
                   .complexity = "O(log N) with N being the number of messages in the PEL of the consumer group.",
                   .tips = kAnyOutput}),
        kXclaimArgs);

constexpr keel_doc xautoclaim =
    doc(of_stream({.summary = "Changes (or acquires) ownership of messages in a consumer group, as if the messages "
                              "were delivered to the specified consumer.",
                   .since = "6.2.0",
                   .complexity = "O(1) if COUNT is small.",
                   .history = kXautoclaimHistory,
                   .tips = kAnyOutput}),
        kXautoclaimArgs);

constexpr keel_doc xinfo = doc(of_stream({.summary = "A container for stream introspection commands",
                                          .since = "5.0.0",
                                          .complexity = "Depends on subcommand."}));

constexpr keel_doc xsetid = doc(
    of_stream(
        {.summary = "An internal command for replicating stream values", .since = "5.0.0", .history = kXsetidHistory}),
    kXsetidArgs);

constexpr keel_doc xgroup_create =
    doc(of_stream({.summary = "Create a consumer group.", .since = "5.0.0", .history = kXgroupCreateHistory}),
        kXgroupCreateArgs);

constexpr keel_doc xgroup_setid =
    doc(of_stream({.summary = "Set a consumer group to an arbitrary last delivered ID value.",
                   .since = "5.0.0",
                   .history = kXgroupSetidHistory}),
        kXgroupSetidArgs);

constexpr keel_doc xgroup_destroy =
    doc(of_stream({.summary = "Destroy a consumer group.",
                   .since = "5.0.0",
                   .complexity = "O(N) where N is the number of entries in the group's pending entries list (PEL)."}),
        kKeyGroup);

constexpr keel_doc xgroup_createconsumer =
    doc(of_stream({.summary = "Create a consumer in a consumer group.", .since = "6.2.0"}), kKeyGroupConsumer);

constexpr keel_doc xgroup_delconsumer =
    doc(of_stream({.summary = "Delete a consumer from a consumer group.", .since = "5.0.0"}), kKeyGroupConsumer);

constexpr keel_doc xinfo_stream =
    doc(of_stream({.summary = "Get information about a stream", .since = "5.0.0", .history = kXinfoStreamHistory}),
        kXinfoStreamArgs);

constexpr keel_doc xinfo_groups = doc(
    of_stream({.summary = "List the consumer groups of a stream", .since = "5.0.0", .history = kXinfoGroupsHistory}),
    kKey);

constexpr keel_doc xinfo_consumers = doc(
    of_stream({.summary = "List the consumers in a consumer group", .since = "5.0.0", .tips = kAnyOutput}), kKeyGroup);

constexpr keel_doc xgroup_help = help_doc("5.0.0", "stream");
constexpr keel_doc xinfo_help = help_doc("5.0.0", "stream");

}  // namespace streams::docs
