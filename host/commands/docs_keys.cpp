#include "host/commands/docs.h"
#include "keel/cpp/docs.hpp"

namespace keel::commands::docs {
namespace {

using namespace keel::docs;

constexpr const char* kSummed[] = {"request_policy:multi_shard", "response_policy:agg_sum", nullptr};
constexpr const char* kNondeterministic[] = {"nondeterministic_output", nullptr};
constexpr const char* kRandomkeyTips[] = {"request_policy:all_shards", "nondeterministic_output", nullptr};
constexpr const char* kKeysTips[] = {"request_policy:all_shards", "nondeterministic_output_order", nullptr};
constexpr const char* kScanTips[] = {"nondeterministic_output", "request_policy:special", nullptr};

constexpr keel_doc_arg kKey[] = {key("key")};
constexpr keel_doc_arg kKeys[] = {multiple(key("key"))};
constexpr keel_doc_arg kKeyNewkey[] = {key("key"), key("newkey", 1)};
constexpr keel_doc_arg kPattern[] = {pattern("pattern")};

constexpr keel_doc_arg kCopyArgs[] = {
    key("source"),
    key("destination", 1),
    optional(integer("destination-db", "DB")),
    optional(flag("replace", "REPLACE")),
};
constexpr keel_doc_arg kRestoreArgs[] = {
    key("key"),
    integer("ttl"),
    text("serialized-value"),
    since("3.0.0", optional(flag("replace", "REPLACE"))),
    since("5.0.0", optional(flag("absttl", "ABSTTL"))),
    since("5.0.0", optional(integer("seconds", "IDLETIME"))),
    since("5.0.0", optional(integer("frequency", "FREQ"))),
};
constexpr keel_doc_arg kMoveArgs[] = {key("key"), integer("db")};
constexpr keel_doc_arg kScanArgs[] = {
    integer("cursor"),
    optional(pattern("pattern", "MATCH")),
    optional(integer("count", "COUNT")),
    since("6.0.0", optional(text("type", "TYPE"))),
};

constexpr keel_doc_history kExistsHistory[] = {{"3.0.3", "Accepts multiple `key` arguments."}, {nullptr, nullptr}};
constexpr keel_doc_history kRenamenxHistory[] = {
    {"3.2.0", "The command no longer returns an error when source and destination names are the same."},
    {nullptr, nullptr},
};
constexpr keel_doc_history kRestoreHistory[] = {
    {"3.0.0", "Added the `REPLACE` modifier."},
    {"5.0.0", "Added the `ABSTTL` modifier."},
    {"5.0.0", "Added the `IDLETIME` and `FREQ` options."},
    {nullptr, nullptr},
};
constexpr keel_doc_history kScanHistory[] = {{"6.0.0", "Added the `TYPE` subcommand."}, {nullptr, nullptr}};

}  // namespace

// -- keys that are named ---------------------------------------------------------------------------------------------

constexpr keel_doc del = doc(
    {.summary = "Delete a key",
     .since = "1.0.0",
     .complexity = "O(N) where N is the number of keys that will be removed. When a key to remove holds a value other "
                   "than a string, the individual complexity for this key is O(M) where M is the number of elements in "
                   "the list, set, sorted set or hash. Removing a single key that holds a string value is O(1).",
     .tips = kSummed},
    kKeys);

constexpr keel_doc unlink = doc(
    {.summary = "Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking.",
     .since = "4.0.0",
     .complexity = "O(1) for each key removed regardless of its size. Then the command does O(N) work in a different "
                   "thread in order to reclaim memory, where N is the number of allocations the deleted objects where "
                   "composed of.",
     .tips = kSummed},
    kKeys);

constexpr keel_doc exists = doc({.summary = "Determine if a key exists",
                                 .since = "1.0.0",
                                 .complexity = "O(N) where N is the number of keys to check.",
                                 .history = kExistsHistory,
                                 .tips = kSummed},
                                kKeys);

constexpr keel_doc touch =
    doc({.summary = "Alters the last access time of a key(s). Returns the number of existing keys specified.",
         .since = "3.2.1",
         .complexity = "O(N) where N is the number of keys that will be touched.",
         .tips = kSummed},
        kKeys);

constexpr keel_doc type = doc({"Determine the type stored at key", "1.0.0"}, kKey);

constexpr keel_doc rename = doc({"Rename a key", "1.0.0"}, kKeyNewkey);

constexpr keel_doc renamenx =
    doc({.summary = "Rename a key, only if the new key does not exist", .since = "1.0.0", .history = kRenamenxHistory},
        kKeyNewkey);

constexpr keel_doc copy = doc(
    {.summary = "Copy a key",
     .since = "6.2.0",
     .complexity = "O(N) worst case for collections, where N is the number of nested items. O(1) for string values."},
    kCopyArgs);

constexpr keel_doc dump =
    doc({.summary = "Return a serialized version of the value stored at the specified key.",
         .since = "2.6.0",
         .complexity = "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis "
                       "objects composing the value and M their average size. For small string values the time "
                       "complexity is thus O(1)+O(1*M) where M is small, so simply O(1).",
         .tips = kNondeterministic},
        kKey);

constexpr keel_doc restore =
    doc({.summary = "Create a key using the provided serialized value, previously obtained using DUMP.",
         .since = "2.6.0",
         .complexity = "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N "
                       "is the number of Redis objects composing the value and M their average size. For small string "
                       "values the time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). However for "
                       "sorted set values the complexity is O(N*M*log(N)) because inserting values into sorted sets is "
                       "O(log(N)).",
         .history = kRestoreHistory},
        kRestoreArgs);

constexpr keel_doc move = doc({"Move a key to another database", "1.0.0"}, kMoveArgs);

// -- keys that are found ---------------------------------------------------------------------------------------------

constexpr keel_doc keys =
    doc({.summary = "Find all keys matching the given pattern",
         .since = "1.0.0",
         .complexity =
             "O(N) with N being the number of keys in the database, under the assumption that the key names in the "
             "database and the given pattern have limited length.",
         .tips = kKeysTips},
        kPattern);

constexpr keel_doc randomkey =
    doc({.summary = "Return a random key from the keyspace", .since = "1.0.0", .tips = kRandomkeyTips});

constexpr keel_doc scan =
    doc({.summary = "Incrementally iterate the keys space",
         .since = "2.8.0",
         .complexity =
             "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to "
             "return back to 0. N is the number of elements inside the collection.",
         .history = kScanHistory,
         .tips = kScanTips},
        kScanArgs);

// -- OBJECT ----------------------------------------------------------------------------------------------------------

constexpr keel_doc object = doc({.summary = "A container for object introspection commands",
                                 .since = "2.2.3",
                                 .complexity = "Depends on subcommand."});

constexpr keel_doc object_encoding = doc(
    {.summary = "Inspect the internal encoding of a Redis object", .since = "2.2.3", .tips = kNondeterministic}, kKey);

constexpr keel_doc object_freq = doc({.summary = "Get the logarithmic access frequency counter of a Redis object",
                                      .since = "4.0.0",
                                      .tips = kNondeterministic},
                                     kKey);

constexpr keel_doc object_help = help_doc("6.2.0", "generic");

constexpr keel_doc object_idletime =
    doc({.summary = "Get the time since a Redis object was last accessed", .since = "2.2.3", .tips = kNondeterministic},
        kKey);

constexpr keel_doc object_refcount = doc(
    {.summary = "Get the number of references to the value of the key", .since = "2.2.3", .tips = kNondeterministic},
    kKey);

}  // namespace keel::commands::docs
