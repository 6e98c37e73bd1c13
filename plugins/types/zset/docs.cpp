#include "plugins/types/zset/docs.h"

#include "keel/cpp/docs.hpp"

namespace zsets::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc zset_doc(About about, const auto& args) {
  about.group = "sorted-set";
  return doc(about, args);
}

constexpr keel_doc_history kZaddHistory[] = {{"2.4.0", "Accepts multiple elements."},
                                             {"3.0.2", "Added the `XX`, `NX`, `CH` and `INCR` options."},
                                             {"6.2.0", "Added the `GT` and `LT` options."},
                                             {nullptr, nullptr}};
constexpr keel_doc_arg kZaddArgsCondition[] = {flag("nx", "NX"), flag("xx", "XX")};
constexpr keel_doc_arg kZaddArgsComparison[] = {flag("gt", "GT"), flag("lt", "LT")};
constexpr keel_doc_arg kZaddArgsScoreMember[] = {real("score"), text("member")};
constexpr keel_doc_arg kZaddArgs[] = {key("key"),
                                      since("3.0.2", optional(one_of("condition", kZaddArgsCondition))),
                                      since("6.2.0", optional(one_of("comparison", kZaddArgsComparison))),
                                      since("3.0.2", optional(flag("change", "CH"))),
                                      since("3.0.2", optional(flag("increment", "INCR"))),
                                      multiple(block("score_member", kZaddArgsScoreMember))};
constexpr keel_doc_arg kZcardArgs[] = {key("key")};
constexpr keel_doc_arg kZcountArgs[] = {key("key"), real("min"), real("max")};
constexpr keel_doc_arg kZdiffArgs[] = {integer("numkeys"), multiple(key("key")),
                                       optional(flag("withscores", "WITHSCORES"))};
constexpr keel_doc_arg kZdiffstoreArgs[] = {key("destination"), integer("numkeys"), multiple(key("key", 1))};
constexpr keel_doc_arg kZincrbyArgs[] = {key("key"), integer("increment"), text("member")};
constexpr keel_doc_arg kZinterArgsAggregate[] = {flag("sum", "SUM"), flag("min", "MIN"), flag("max", "MAX")};
constexpr keel_doc_arg kZinterArgs[] = {
    integer("numkeys"), multiple(key("key")), optional(multiple(integer("weight", "WEIGHTS"))),
    optional(one_of("aggregate", kZinterArgsAggregate, "AGGREGATE")), optional(flag("withscores", "WITHSCORES"))};
constexpr keel_doc_arg kZintercardArgs[] = {integer("numkeys"), multiple(key("key")),
                                            optional(integer("limit", "LIMIT"))};
constexpr keel_doc_arg kZinterstoreArgs[] = {key("destination"), integer("numkeys"), multiple(key("key", 1)),
                                             optional(multiple(integer("weight", "WEIGHTS"))),
                                             optional(one_of("aggregate", kZinterArgsAggregate, "AGGREGATE"))};
constexpr keel_doc_arg kZlexcountArgs[] = {key("key"), text("min"), text("max")};
constexpr keel_doc_arg kZmpopArgsWhere[] = {flag("min", "MIN"), flag("max", "MAX")};
constexpr keel_doc_arg kZmpopArgs[] = {integer("numkeys"), multiple(key("key")), one_of("where", kZmpopArgsWhere),
                                       optional(integer("count", "COUNT"))};
constexpr keel_doc_arg kZmscoreArgs[] = {key("key"), multiple(text("member"))};
constexpr keel_doc_arg kZpopmaxArgs[] = {key("key"), optional(integer("count"))};
constexpr const char* kZrandmemberTips[] = {"nondeterministic_output", nullptr};
constexpr keel_doc_arg kZrandmemberArgsOptions[] = {integer("count"), optional(flag("withscores", "WITHSCORES"))};
constexpr keel_doc_arg kZrandmemberArgs[] = {key("key"), optional(block("options", kZrandmemberArgsOptions))};
constexpr keel_doc_history kZrangeHistory[] = {{"6.2.0", "Added the `REV`, `BYSCORE`, `BYLEX` and `LIMIT` options."},
                                               {nullptr, nullptr}};
constexpr keel_doc_arg kZrangeArgsSortby[] = {flag("byscore", "BYSCORE"), flag("bylex", "BYLEX")};
constexpr keel_doc_arg kZrangeArgsOffsetCount[] = {integer("offset"), integer("count")};
constexpr keel_doc_arg kZrangeArgs[] = {
    key("key"),
    text("start"),
    text("stop"),
    since("6.2.0", optional(one_of("sortby", kZrangeArgsSortby))),
    since("6.2.0", optional(flag("rev", "REV"))),
    since("6.2.0", optional(block("offset_count", kZrangeArgsOffsetCount, "LIMIT"))),
    optional(flag("withscores", "WITHSCORES"))};
constexpr keel_doc_arg kZrangebylexArgs[] = {key("key"), text("min"), text("max"),
                                             optional(block("offset_count", kZrangeArgsOffsetCount, "LIMIT"))};
constexpr keel_doc_history kZrangebyscoreHistory[] = {{"2.0.0", "Added the `WITHSCORES` modifier."},
                                                      {nullptr, nullptr}};
constexpr keel_doc_arg kZrangebyscoreArgs[] = {key("key"), real("min"), real("max"),
                                               since("2.0.0", optional(flag("withscores", "WITHSCORES"))),
                                               optional(block("offset_count", kZrangeArgsOffsetCount, "LIMIT"))};
constexpr keel_doc_arg kZrangestoreArgs[] = {key("dst"),
                                             key("src", 1),
                                             text("min"),
                                             text("max"),
                                             optional(one_of("sortby", kZrangeArgsSortby)),
                                             optional(flag("rev", "REV")),
                                             optional(block("offset_count", kZrangeArgsOffsetCount, "LIMIT"))};
constexpr keel_doc_arg kZrankArgs[] = {key("key"), text("member")};
constexpr keel_doc_history kZremHistory[] = {{"2.4.0", "Accepts multiple elements."}, {nullptr, nullptr}};
constexpr keel_doc_arg kZremrangebyrankArgs[] = {key("key"), integer("start"), integer("stop")};
constexpr keel_doc_arg kZrevrangeArgs[] = {key("key"), integer("start"), integer("stop"),
                                           optional(flag("withscores", "WITHSCORES"))};
constexpr keel_doc_arg kZrevrangebylexArgs[] = {key("key"), text("max"), text("min"),
                                                optional(block("offset_count", kZrangeArgsOffsetCount, "LIMIT"))};
constexpr keel_doc_history kZrevrangebyscoreHistory[] = {{"2.1.6", "`min` and `max` can be exclusive."},
                                                         {nullptr, nullptr}};
constexpr keel_doc_arg kZrevrangebyscoreArgs[] = {key("key"), real("max"), real("min"),
                                                  optional(flag("withscores", "WITHSCORES")),
                                                  optional(block("offset_count", kZrangeArgsOffsetCount, "LIMIT"))};
constexpr keel_doc_arg kZscanArgs[] = {key("key"), integer("cursor"), optional(pattern("pattern", "MATCH")),
                                       optional(integer("count", "COUNT"))};
constexpr keel_doc_arg kBzmpopArgs[] = {real("timeout"), integer("numkeys"), multiple(key("key")),
                                        one_of("where", kZmpopArgsWhere), optional(integer("count", "COUNT"))};
constexpr keel_doc_history kBzpopmaxHistory[] = {
    {"6.0.0", "`timeout` is interpreted as a double instead of an integer."}, {nullptr, nullptr}};
constexpr keel_doc_arg kBzpopmaxArgs[] = {multiple(key("key")), real("timeout")};
constexpr keel_doc_history kBzpopminHistory[] = {
    {"6.0.0", "`timeout` is interpreted as a double instead of an integer."}, {nullptr, nullptr}};

}  // namespace

constexpr keel_doc zadd =
    zset_doc({.summary = "Add one or more members to a sorted set, or update its score if it already exists",
              .since = "1.2.0",
              .complexity = "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
              .history = kZaddHistory},
             kZaddArgs);

constexpr keel_doc zcard = zset_doc(
    {
        .summary = "Get the number of members in a sorted set",
        .since = "1.2.0",
    },
    kZcardArgs);

constexpr keel_doc zcount =
    zset_doc({.summary = "Count the members in a sorted set with scores within the given values",
              .since = "2.0.0",
              .complexity = "O(log(N)) with N being the number of elements in the sorted set."},
             kZcountArgs);

constexpr keel_doc zdiff =
    zset_doc({.summary = "Subtract multiple sorted sets",
              .since = "6.2.0",
              .complexity = "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N "
                            "is the size of the first set, and K is the size of the result set."},
             kZdiffArgs);

constexpr keel_doc zdiffstore =
    zset_doc({.summary = "Subtract multiple sorted sets and store the resulting sorted set in a new key",
              .since = "6.2.0",
              .complexity = "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N "
                            "is the size of the first set, and K is the size of the result set."},
             kZdiffstoreArgs);

constexpr keel_doc zincrby = zset_doc({.summary = "Increment the score of a member in a sorted set",
                                       .since = "1.2.0",
                                       .complexity = "O(log(N)) where N is the number of elements in the sorted set."},
                                      kZincrbyArgs);

constexpr keel_doc zinter = zset_doc(
    {.summary = "Intersect multiple sorted sets",
     .since = "6.2.0",
     .complexity = "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of "
                   "input sorted sets and M being the number of elements in the resulting sorted set."},
    kZinterArgs);

constexpr keel_doc zintercard = zset_doc(
    {.summary = "Intersect multiple sorted sets and return the cardinality of the result",
     .since = "7.0.0",
     .complexity =
         "O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted sets."},
    kZintercardArgs);

constexpr keel_doc zinterstore = zset_doc(
    {.summary = "Intersect multiple sorted sets and store the resulting sorted set in a new key",
     .since = "2.0.0",
     .complexity = "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of "
                   "input sorted sets and M being the number of elements in the resulting sorted set."},
    kZinterstoreArgs);

constexpr keel_doc zlexcount =
    zset_doc({.summary = "Count the number of members in a sorted set between a given lexicographical range",
              .since = "2.8.9",
              .complexity = "O(log(N)) with N being the number of elements in the sorted set."},
             kZlexcountArgs);

constexpr keel_doc zmpop =
    zset_doc({.summary = "Remove and return members with scores in a sorted set",
              .since = "7.0.0",
              .complexity = "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements "
                            "in the sorted set, and M being the number of elements popped."},
             kZmpopArgs);

constexpr keel_doc zmscore = zset_doc({.summary = "Get the score associated with the given members in a sorted set",
                                       .since = "6.2.0",
                                       .complexity = "O(N) where N is the number of members being requested."},
                                      kZmscoreArgs);

constexpr keel_doc zpopmax = zset_doc({.summary = "Remove and return members with the highest scores in a sorted set",
                                       .since = "5.0.0",
                                       .complexity = "O(log(N)*M) with N being the number of elements in the sorted "
                                                     "set, and M being the number of elements popped."},
                                      kZpopmaxArgs);

constexpr keel_doc zpopmin = zset_doc({.summary = "Remove and return members with the lowest scores in a sorted set",
                                       .since = "5.0.0",
                                       .complexity = "O(log(N)*M) with N being the number of elements in the sorted "
                                                     "set, and M being the number of elements popped."},
                                      kZpopmaxArgs);

constexpr keel_doc zrandmember = zset_doc({.summary = "Get one or multiple random elements from a sorted set",
                                           .since = "6.2.0",
                                           .complexity = "O(N) where N is the number of elements returned",
                                           .tips = kZrandmemberTips},
                                          kZrandmemberArgs);

constexpr keel_doc zrange = zset_doc(
    {.summary = "Return a range of members in a sorted set",
     .since = "1.2.0",
     .complexity =
         "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.",
     .history = kZrangeHistory},
    kZrangeArgs);

constexpr keel_doc zrangebylex =
    zset_doc({.summary = "Return a range of members in a sorted set, by lexicographical range",
              .since = "2.8.9",
              .complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
                            "elements being returned. If M is constant (e.g. always asking for the first 10 elements "
                            "with LIMIT), you can consider it O(log(N)).",
              .deprecated_since = "6.2.0",
              .replaced_by = "`ZRANGE` with the `BYLEX` argument"},
             kZrangebylexArgs);

constexpr keel_doc zrangebyscore =
    zset_doc({.summary = "Return a range of members in a sorted set, by score",
              .since = "1.0.5",
              .complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
                            "elements being returned. If M is constant (e.g. always asking for the first 10 elements "
                            "with LIMIT), you can consider it O(log(N)).",
              .history = kZrangebyscoreHistory,
              .deprecated_since = "6.2.0",
              .replaced_by = "`ZRANGE` with the `BYSCORE` argument"},
             kZrangebyscoreArgs);

constexpr keel_doc zrangestore =
    zset_doc({.summary = "Store a range of members from sorted set into another key",
              .since = "6.2.0",
              .complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
                            "elements stored into the destination key."},
             kZrangestoreArgs);

constexpr keel_doc zrank = zset_doc(
    {.summary = "Determine the index of a member in a sorted set", .since = "2.0.0", .complexity = "O(log(N))"},
    kZrankArgs);

constexpr keel_doc zrem = zset_doc({.summary = "Remove one or more members from a sorted set",
                                    .since = "1.2.0",
                                    .complexity = "O(M*log(N)) with N being the number of elements in the sorted set "
                                                  "and M the number of elements to be removed.",
                                    .history = kZremHistory},
                                   kZmscoreArgs);

constexpr keel_doc zremrangebylex =
    zset_doc({.summary = "Remove all members in a sorted set between the given lexicographical range",
              .since = "2.8.9",
              .complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
                            "elements removed by the operation."},
             kZlexcountArgs);

constexpr keel_doc zremrangebyrank =
    zset_doc({.summary = "Remove all members in a sorted set within the given indexes",
              .since = "2.0.0",
              .complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
                            "elements removed by the operation."},
             kZremrangebyrankArgs);

constexpr keel_doc zremrangebyscore =
    zset_doc({.summary = "Remove all members in a sorted set within the given scores",
              .since = "1.2.0",
              .complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
                            "elements removed by the operation."},
             kZcountArgs);

constexpr keel_doc zrevrange = zset_doc(
    {.summary = "Return a range of members in a sorted set, by index, with scores ordered from high to low",
     .since = "1.2.0",
     .complexity =
         "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements returned.",
     .deprecated_since = "6.2.0",
     .replaced_by = "`ZRANGE` with the `REV` argument"},
    kZrevrangeArgs);

constexpr keel_doc zrevrangebylex = zset_doc(
    {.summary =
         "Return a range of members in a sorted set, by lexicographical range, ordered from higher to lower strings.",
     .since = "2.8.9",
     .complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements "
                   "being returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you "
                   "can consider it O(log(N)).",
     .deprecated_since = "6.2.0",
     .replaced_by = "`ZRANGE` with the `REV` and `BYLEX` arguments"},
    kZrevrangebylexArgs);

constexpr keel_doc zrevrangebyscore =
    zset_doc({.summary = "Return a range of members in a sorted set, by score, with scores ordered from high to low",
              .since = "2.2.0",
              .complexity = "O(log(N)+M) with N being the number of elements in the sorted set and M the number of "
                            "elements being returned. If M is constant (e.g. always asking for the first 10 elements "
                            "with LIMIT), you can consider it O(log(N)).",
              .history = kZrevrangebyscoreHistory,
              .deprecated_since = "6.2.0",
              .replaced_by = "`ZRANGE` with the `REV` and `BYSCORE` arguments"},
             kZrevrangebyscoreArgs);

constexpr keel_doc zrevrank =
    zset_doc({.summary = "Determine the index of a member in a sorted set, with scores ordered from high to low",
              .since = "2.0.0",
              .complexity = "O(log(N))"},
             kZrankArgs);

constexpr keel_doc zscan =
    zset_doc({.summary = "Incrementally iterate sorted sets elements and associated scores",
              .since = "2.8.0",
              .complexity = "O(1) for every call. O(N) for a complete iteration, including enough command calls for "
                            "the cursor to return back to 0. N is the number of elements inside the collection..",
              .tips = kZrandmemberTips},
             kZscanArgs);

constexpr keel_doc zscore = zset_doc(
    {
        .summary = "Get the score associated with the given member in a sorted set",
        .since = "1.2.0",
    },
    kZrankArgs);

constexpr keel_doc zunion =
    zset_doc({.summary = "Add multiple sorted sets",
              .since = "6.2.0",
              .complexity = "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being "
                            "the number of elements in the resulting sorted set."},
             kZinterArgs);

constexpr keel_doc zunionstore =
    zset_doc({.summary = "Add multiple sorted sets and store the resulting sorted set in a new key",
              .since = "2.0.0",
              .complexity = "O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M being "
                            "the number of elements in the resulting sorted set."},
             kZinterstoreArgs);

constexpr keel_doc bzmpop =
    zset_doc({.summary = "Remove and return members with scores in a sorted set or block until one is available",
              .since = "7.0.0",
              .complexity = "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements "
                            "in the sorted set, and M being the number of elements popped."},
             kBzmpopArgs);

constexpr keel_doc bzpopmax =
    zset_doc({.summary = "Remove and return the member with the highest score from one or more sorted sets, or block "
                         "until one is available",
              .since = "5.0.0",
              .complexity = "O(log(N)) with N being the number of elements in the sorted set.",
              .history = kBzpopmaxHistory},
             kBzpopmaxArgs);

constexpr keel_doc bzpopmin =
    zset_doc({.summary = "Remove and return the member with the lowest score from one or more sorted sets, or block "
                         "until one is available",
              .since = "5.0.0",
              .complexity = "O(log(N)) with N being the number of elements in the sorted set.",
              .history = kBzpopminHistory},
             kBzpopmaxArgs);

}  // namespace zsets::docs
