#include "plugins/types/set/docs.h"

#include "keel/cpp/docs.hpp"

namespace sets::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc set_doc(About about, const auto& args) {
  about.group = "set";
  return doc(about, args);
}

// Arguments that several commands share.
constexpr keel_doc_arg kKey[] = {key("key")};
constexpr keel_doc_arg kKeys[] = {multiple(key("key"))};
constexpr keel_doc_arg kKeyMember[] = {key("key"), text("member")};
constexpr keel_doc_arg kKeyMembers[] = {key("key"), multiple(text("member"))};
constexpr keel_doc_arg kStore[] = {key("destination"), multiple(key("key", 1))};
constexpr keel_doc_arg kMove[] = {key("source"), key("destination", 1), text("member")};
constexpr keel_doc_arg kPop[] = {key("key"), since("3.2.0", optional(integer("count")))};
constexpr keel_doc_arg kRandom[] = {key("key"), since("2.6.0", optional(integer("count")))};
constexpr keel_doc_arg kCard[] = {integer("numkeys"), multiple(key("key")), optional(integer("limit", "LIMIT"))};
constexpr keel_doc_arg kScan[] = {
    key("key"),
    integer("cursor"),
    optional(pattern("pattern", "MATCH")),
    optional(integer("count", "COUNT")),
};

constexpr keel_doc_history kManyMembers[] = {{"2.4.0", "Accepts multiple `member` arguments."}, {nullptr, nullptr}};
constexpr keel_doc_history kPopHistory[] = {{"3.2.0", "Added the `count` argument."}, {nullptr, nullptr}};
constexpr keel_doc_history kRandomHistory[] = {{"2.6.0", "Added the optional `count` argument."}, {nullptr, nullptr}};

constexpr const char* kAnyOrder[] = {"nondeterministic_output_order", nullptr};
constexpr const char* kAnyOutput[] = {"nondeterministic_output", nullptr};

constexpr const char* kIntersection =
    "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.";
constexpr const char* kAllMembers = "O(N) where N is the total number of elements in all given sets.";

}  // namespace

// -- one set ---------------------------------------------------------------------------------------------------------

constexpr keel_doc sadd = set_doc({.summary = "Add one or more members to a set",
                                   .since = "1.0.0",
                                   .complexity = "O(1) for each element added, so O(N) to add N elements when the "
                                                 "command is called with multiple arguments.",
                                   .history = kManyMembers},
                                  kKeyMembers);

constexpr keel_doc srem = set_doc({.summary = "Remove one or more members from a set",
                                   .since = "1.0.0",
                                   .complexity = "O(N) where N is the number of members to be removed.",
                                   .history = kManyMembers},
                                  kKeyMembers);

constexpr keel_doc smove = set_doc({"Move a member from one set to another", "1.0.0"}, kMove);

constexpr keel_doc sismember = set_doc({"Determine if a given value is a member of a set", "1.0.0"}, kKeyMember);

constexpr keel_doc smismember =
    set_doc({.summary = "Returns the membership associated with the given elements for a set",
             .since = "6.2.0",
             .complexity = "O(N) where N is the number of elements being checked for membership"},
            kKeyMembers);

constexpr keel_doc scard = set_doc({"Get the number of members in a set", "1.0.0"}, kKey);

constexpr keel_doc smembers = set_doc({.summary = "Get all the members in a set",
                                       .since = "1.0.0",
                                       .complexity = "O(N) where N is the set cardinality.",
                                       .tips = kAnyOrder},
                                      kKey);

constexpr keel_doc spop =
    set_doc({.summary = "Remove and return one or multiple random members from a set",
             .since = "1.0.0",
             .complexity = "Without the count argument O(1), otherwise O(N) where N is the value of the passed count.",
             .history = kPopHistory,
             .tips = kAnyOutput},
            kPop);

constexpr keel_doc srandmember = set_doc(
    {.summary = "Get one or multiple random members from a set",
     .since = "1.0.0",
     .complexity = "Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.",
     .history = kRandomHistory,
     .tips = kAnyOutput},
    kRandom);

constexpr keel_doc sscan = set_doc(
    {.summary = "Incrementally iterate Set elements",
     .since = "2.8.0",
     .complexity = "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor "
                   "to return back to 0. N is the number of elements inside the collection..",
     .tips = kAnyOutput},
    kScan);

// -- several sets ----------------------------------------------------------------------------------------------------

constexpr keel_doc sinter = set_doc(
    {.summary = "Intersect multiple sets", .since = "1.0.0", .complexity = kIntersection, .tips = kAnyOrder}, kKeys);

constexpr keel_doc sinterstore = set_doc({.summary = "Intersect multiple sets and store the resulting set in a key",
                                          .since = "1.0.0",
                                          .complexity = kIntersection},
                                         kStore);

constexpr keel_doc sintercard = set_doc({.summary = "Intersect multiple sets and return the cardinality of the result",
                                         .since = "7.0.0",
                                         .complexity = kIntersection},
                                        kCard);

constexpr keel_doc sunion =
    set_doc({.summary = "Add multiple sets", .since = "1.0.0", .complexity = kAllMembers, .tips = kAnyOrder}, kKeys);

constexpr keel_doc sunionstore = set_doc(
    {.summary = "Add multiple sets and store the resulting set in a key", .since = "1.0.0", .complexity = kAllMembers},
    kStore);

constexpr keel_doc sdiff = set_doc(
    {.summary = "Subtract multiple sets", .since = "1.0.0", .complexity = kAllMembers, .tips = kAnyOrder}, kKeys);

constexpr keel_doc sdiffstore = set_doc({.summary = "Subtract multiple sets and store the resulting set in a key",
                                         .since = "1.0.0",
                                         .complexity = kAllMembers},
                                        kStore);

}  // namespace sets::docs
