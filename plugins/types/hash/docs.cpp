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
    since("7.4.0", optional(flag("novalues", "NOVALUES"))),
};
constexpr keel_doc_arg kFields[] = {integer("numfields"), multiple(text("field"))};
constexpr keel_doc_arg kKeyOfFields[] = {key("key"), block("fields", kFields, "FIELDS")};
constexpr keel_doc_arg kConditions[] = {flag("nx", "NX"), flag("xx", "XX"), flag("gt", "GT"), flag("lt", "LT")};
constexpr keel_doc_arg kCondition = optional(one_of("condition", kConditions));
constexpr keel_doc_arg kSeconds[] = {key("key"), integer("seconds"), kCondition, block("fields", kFields, "FIELDS")};
constexpr keel_doc_arg kMilliseconds[] = {key("key"), integer("milliseconds"), kCondition,
                                          block("fields", kFields, "FIELDS")};
constexpr keel_doc_arg kUnixSeconds[] = {key("key"), moment("unix-time-seconds"), kCondition,
                                         block("fields", kFields, "FIELDS")};
constexpr keel_doc_arg kUnixMilliseconds[] = {key("key"), moment("unix-time-milliseconds"), kCondition,
                                              block("fields", kFields, "FIELDS")};
constexpr keel_doc_arg kGetLifetimes[] = {integer("seconds", "EX"), integer("milliseconds", "PX"),
                                          moment("unix-time-seconds", "EXAT"), moment("unix-time-milliseconds", "PXAT"),
                                          flag("persist", "PERSIST")};
constexpr keel_doc_arg kGetEx[] = {key("key"), optional(one_of("expiration", kGetLifetimes)),
                                   block("fields", kFields, "FIELDS")};
constexpr keel_doc_arg kSetLifetimes[] = {integer("seconds", "EX"), integer("milliseconds", "PX"),
                                          moment("unix-time-seconds", "EXAT"), moment("unix-time-milliseconds", "PXAT"),
                                          flag("keepttl", "KEEPTTL")};
constexpr keel_doc_arg kOnly[] = {flag("fnx", "FNX"), flag("fxx", "FXX")};
constexpr keel_doc_arg kFieldsAndValues[] = {integer("numfields"), multiple(block("data", kFieldValue))};
constexpr keel_doc_arg kSetEx[] = {key("key"), optional(one_of("condition", kOnly)),
                                   optional(one_of("expiration", kSetLifetimes)),
                                   block("fields", kFieldsAndValues, "FIELDS")};
constexpr const char* kEachField = "O(N) where N is the number of specified fields";

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

// -- expiry of fields: Redis 7.4 and 8.0 -----------------------------------------------------------------------------

constexpr keel_doc hexpire = hash_doc(
    {"Set expiry for hash field using relative time to expire (seconds)", "7.4.0", "hash", kEachField}, kSeconds);
constexpr keel_doc hpexpire =
    hash_doc({"Set expiry for hash field using relative time to expire (milliseconds)", "7.4.0", "hash", kEachField},
             kMilliseconds);
constexpr keel_doc hexpireat =
    hash_doc({"Set expiry for hash field using an absolute Unix timestamp (seconds)", "7.4.0", "hash", kEachField},
             kUnixSeconds);
constexpr keel_doc hpexpireat =
    hash_doc({"Set expiry for hash field using an absolute Unix timestamp (milliseconds)", "7.4.0", "hash", kEachField},
             kUnixMilliseconds);
constexpr keel_doc hpersist =
    hash_doc({"Removes the expiration time for each specified field", "7.4.0", "hash", kEachField}, kKeyOfFields);
constexpr keel_doc httl =
    hash_doc({"Returns the TTL in seconds of a hash field.", "7.4.0", "hash", kEachField}, kKeyOfFields);
constexpr keel_doc hpttl =
    hash_doc({"Returns the TTL in milliseconds of a hash field.", "7.4.0", "hash", kEachField}, kKeyOfFields);
constexpr keel_doc hexpiretime = hash_doc({"Returns the expiration time of a hash field as a Unix timestamp, in "
                                           "seconds.",
                                           "7.4.0", "hash", kEachField},
                                          kKeyOfFields);
constexpr keel_doc hpexpiretime =
    hash_doc({"Returns the expiration time of a hash field as a Unix timestamp, in msec.", "7.4.0", "hash", kEachField},
             kKeyOfFields);
constexpr keel_doc hgetdel =
    hash_doc({"Returns the value of a field and deletes it from the hash.", "8.0.0", "hash", kEachField}, kKeyOfFields);
constexpr keel_doc hgetex = hash_doc({"Get the value of one or more fields of a given hash key, and optionally set "
                                      "their expiration.",
                                      "8.0.0", "hash", kEachField},
                                     kGetEx);
constexpr keel_doc hsetex = hash_doc({"Set the value of one or more fields of a given hash key, and optionally set "
                                      "their expiration.",
                                      "8.0.0", "hash", kEachField},
                                     kSetEx);

}  // namespace hashes::docs
