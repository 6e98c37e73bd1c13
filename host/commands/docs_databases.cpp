#include "host/commands/docs.h"
#include "keel/cpp/docs.hpp"

namespace keel::commands::docs {
namespace {

using namespace keel::docs;

constexpr const char* kSummed[] = {"request_policy:all_shards", "response_policy:agg_sum", nullptr};
constexpr const char* kAllSucceeded[] = {"request_policy:all_shards", "response_policy:all_succeeded", nullptr};

constexpr keel_doc_arg kIndex[] = {integer("index")};
constexpr keel_doc_arg kIndexes[] = {integer("index1"), integer("index2")};
constexpr keel_doc_arg kModes[] = {since("4.0.0", flag("async", "ASYNC")), since("6.2.0", flag("sync", "SYNC"))};
constexpr keel_doc_arg kFlushArgs[] = {optional(one_of("async", kModes))};

constexpr keel_doc_history kFlushHistory[] = {
    {"4.0.0", "Added the `ASYNC` flushing mode modifier."},
    {"6.2.0", "Added the `SYNC` flushing mode modifier."},
    {nullptr, nullptr},
};

}  // namespace

constexpr keel_doc dbsize = doc({.summary = "Return the number of keys in the selected database",
                                 .since = "1.0.0",
                                 .group = "server",
                                 .tips = kSummed});

constexpr keel_doc flushall = doc({.summary = "Remove all keys from all databases",
                                   .since = "1.0.0",
                                   .group = "server",
                                   .complexity = "O(N) where N is the total number of keys in all databases",
                                   .history = kFlushHistory,
                                   .tips = kAllSucceeded},
                                  kFlushArgs);

constexpr keel_doc flushdb = doc({.summary = "Remove all keys from the current database",
                                  .since = "1.0.0",
                                  .group = "server",
                                  .complexity = "O(N) where N is the number of keys in the selected database",
                                  .history = kFlushHistory,
                                  .tips = kAllSucceeded},
                                 kFlushArgs);

constexpr keel_doc select =
    doc({.summary = "Change the selected database for the current connection", .since = "1.0.0", .group = "connection"},
        kIndex);

constexpr keel_doc swapdb =
    doc({.summary = "Swaps two Redis databases",
         .since = "4.0.0",
         .group = "server",
         .complexity = "O(N) where N is the count of clients watching or blocking on keys from both databases."},
        kIndexes);

}  // namespace keel::commands::docs
