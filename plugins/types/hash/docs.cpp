#include "plugins/types/hash/docs.h"

#include "keel/cpp/docs.hpp"

namespace hashes::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc hash_doc(About about, const auto& args) {
  about.group = "hash";
  return doc(about, args);
}

// Arguments that several commands share.
constexpr keel_doc_arg kKey[] = {key("key")};
constexpr keel_doc_arg kKeyField[] = {key("key"), text("field")};
constexpr keel_doc_arg kKeyFields[] = {key("key"), multiple(text("field"))};
constexpr keel_doc_arg kKeyFieldValue[] = {key("key"), text("field"), text("value")};
constexpr keel_doc_arg kFieldValue[] = {text("field"), text("value")};
constexpr keel_doc_arg kPairs[] = {key("key"), multiple(block("field_value", kFieldValue))};
constexpr keel_doc_arg kIncrement[] = {key("key"), text("field"), integer("increment")};
constexpr keel_doc_arg kIncrementFloat[] = {key("key"), text("field"), real("increment")};
constexpr keel_doc_arg kRandomOptions[] = {integer("count"), optional(flag("withvalues", "WITHVALUES"))};
constexpr keel_doc_arg kRandom[] = {key("key"), optional(block("options", kRandomOptions))};
constexpr keel_doc_arg kScan[] = {
    key("key"),
    integer("cursor"),
    optional(pattern("pattern", "MATCH")),
    optional(integer("count", "COUNT")),
};

constexpr keel_doc_history kManyFields[] = {{"2.4.0", "Accepts multiple `field` arguments."}, {nullptr, nullptr}};
constexpr keel_doc_history kManyPairs[] = {{"4.0.0", "Accepts multiple `field` and `value` arguments."},
                                           {nullptr, nullptr}};

constexpr const char* kAnyOrder[] = {"nondeterministic_output_order", nullptr};
constexpr const char* kAnyOutput[] = {"nondeterministic_output", nullptr};

constexpr const char* kWholeHash = "O(N) where N is the size of the hash.";

}  // namespace

// -- writing ---------------------------------------------------------------------------------------------------------

constexpr keel_doc hset = hash_doc(
    {.summary = "Set the string value of a hash field",
     .since = "2.0.0",
     .complexity = "O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is "
                   "called with multiple field/value pairs.",
     .history = kManyPairs},
    kPairs);

constexpr keel_doc hmset = hash_doc({.summary = "Set multiple hash fields to multiple values",
                                     .since = "2.0.0",
                                     .complexity = "O(N) where N is the number of fields being set.",
                                     .deprecated_since = "4.0.0",
                                     .replaced_by = "`HSET` with multiple field-value pairs"},
                                    kPairs);

constexpr keel_doc hsetnx =
    hash_doc({"Set the value of a hash field, only if the field does not exist", "2.0.0"}, kKeyFieldValue);

constexpr keel_doc hdel = hash_doc({.summary = "Delete one or more hash fields",
                                    .since = "2.0.0",
                                    .complexity = "O(N) where N is the number of fields to be removed.",
                                    .history = kManyFields},
                                   kKeyFields);

constexpr keel_doc hincrby =
    hash_doc({"Increment the integer value of a hash field by the given number", "2.0.0"}, kIncrement);

constexpr keel_doc hincrbyfloat =
    hash_doc({"Increment the float value of a hash field by the given amount", "2.6.0"}, kIncrementFloat);

// -- reading ---------------------------------------------------------------------------------------------------------

constexpr keel_doc hget = hash_doc({"Get the value of a hash field", "2.0.0"}, kKeyField);

constexpr keel_doc hmget = hash_doc({.summary = "Get the values of all the given hash fields",
                                     .since = "2.0.0",
                                     .complexity = "O(N) where N is the number of fields being requested."},
                                    kKeyFields);

constexpr keel_doc hgetall = hash_doc({.summary = "Get all the fields and values in a hash",
                                       .since = "2.0.0",
                                       .complexity = kWholeHash,
                                       .tips = kAnyOrder},
                                      kKey);

constexpr keel_doc hkeys = hash_doc(
    {.summary = "Get all the fields in a hash", .since = "2.0.0", .complexity = kWholeHash, .tips = kAnyOrder}, kKey);

constexpr keel_doc hvals = hash_doc(
    {.summary = "Get all the values in a hash", .since = "2.0.0", .complexity = kWholeHash, .tips = kAnyOrder}, kKey);

constexpr keel_doc hexists = hash_doc({"Determine if a hash field exists", "2.0.0"}, kKeyField);

constexpr keel_doc hlen = hash_doc({"Get the number of fields in a hash", "2.0.0"}, kKey);

constexpr keel_doc hstrlen = hash_doc({"Get the length of the value of a hash field", "3.2.0"}, kKeyField);

constexpr keel_doc hrandfield = hash_doc({.summary = "Get one or multiple random fields from a hash",
                                          .since = "6.2.0",
                                          .complexity = "O(N) where N is the number of fields returned",
                                          .tips = kAnyOutput},
                                         kRandom);

constexpr keel_doc hscan = hash_doc(
    {.summary = "Incrementally iterate hash fields and associated values",
     .since = "2.8.0",
     .complexity = "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor "
                   "to return back to 0. N is the number of elements inside the collection..",
     .tips = kAnyOutput},
    kScan);

}  // namespace hashes::docs
