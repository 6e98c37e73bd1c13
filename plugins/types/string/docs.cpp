#include "plugins/types/string/docs.h"

#include "keel/cpp/docs.hpp"

namespace strings::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc string_doc(About about, const auto& args) {
  about.group = "string";
  return doc(about, args);
}

// Arguments that several commands share.
constexpr keel_doc_arg kKey[] = {key("key")};
constexpr keel_doc_arg kKeys[] = {multiple(key("key"))};
constexpr keel_doc_arg kKeyValue[] = {key("key"), text("value")};
constexpr keel_doc_arg kPairs[] = {multiple(block("key_value", kKeyValue))};
constexpr keel_doc_arg kRange[] = {key("key"), integer("start"), integer("end")};

constexpr keel_doc_history kSetHistory[] = {
    {"2.6.12", "Added the `EX`, `PX`, `NX` and `XX` options."},
    {"6.0.0", "Added the `KEEPTTL` option."},
    {"6.2.0", "Added the `GET`, `EXAT` and `PXAT` option."},
    {"7.0.0", "Allowed the `NX` and `GET` options to be used together."},
    {nullptr, nullptr},
};
constexpr keel_doc_arg kSetCondition[] = {flag("nx", "NX"), flag("xx", "XX")};
constexpr keel_doc_arg kSetExpiration[] = {
    since("2.6.12", integer("seconds", "EX")),           since("2.6.12", integer("milliseconds", "PX")),
    since("6.2.0", moment("unix-time-seconds", "EXAT")), since("6.2.0", moment("unix-time-milliseconds", "PXAT")),
    since("6.0.0", flag("keepttl", "KEEPTTL")),
};
constexpr keel_doc_arg kSetArgs[] = {
    key("key"),
    text("value"),
    since("2.6.12", optional(one_of("condition", kSetCondition))),
    since("6.2.0", optional(flag("get", "GET"))),
    optional(one_of("expiration", kSetExpiration)),
};
constexpr keel_doc_arg kSetexArgs[] = {key("key"), integer("seconds"), text("value")};
constexpr keel_doc_arg kPsetexArgs[] = {key("key"), integer("milliseconds"), text("value")};

constexpr keel_doc_arg kGetexExpiration[] = {
    integer("seconds", "EX"),
    integer("milliseconds", "PX"),
    moment("unix-time-seconds", "EXAT"),
    moment("unix-time-milliseconds", "PXAT"),
    flag("persist", "PERSIST"),
};
constexpr keel_doc_arg kGetexArgs[] = {key("key"), optional(one_of("expiration", kGetexExpiration))};

constexpr const char* kMgetTips[] = {"request_policy:multi_shard", nullptr};
constexpr const char* kMsetTips[] = {"request_policy:multi_shard", "response_policy:all_succeeded", nullptr};
constexpr const char* kMsetnxTips[] = {"request_policy:multi_shard", "response_policy:agg_min", nullptr};

constexpr keel_doc_arg kSetrangeArgs[] = {key("key"), integer("offset"), text("value")};
constexpr keel_doc_arg kIncrbyArgs[] = {key("key"), integer("increment")};
constexpr keel_doc_arg kDecrbyArgs[] = {key("key"), integer("decrement")};
constexpr keel_doc_arg kIncrbyfloatArgs[] = {key("key"), real("increment")};

constexpr keel_doc_arg kLcsArgs[] = {
    key("key1"),
    key("key2"),
    optional(flag("len", "LEN")),
    optional(flag("idx", "IDX")),
    optional(integer("len", "MINMATCHLEN")),
    optional(flag("withmatchlen", "WITHMATCHLEN")),
};

}  // namespace

// -- one key ---------------------------------------------------------------------------------------------------------

constexpr keel_doc get = string_doc({"Get the value of a key", "1.0.0"}, kKey);

constexpr keel_doc getdel = string_doc({"Get the value of a key and delete the key", "6.2.0"}, kKey);

constexpr keel_doc getex =
    string_doc({"Get the value of a key and optionally set its expiration", "6.2.0"}, kGetexArgs);

constexpr keel_doc getset = string_doc({.summary = "Set the string value of a key and return its old value",
                                        .since = "1.0.0",
                                        .deprecated_since = "6.2.0",
                                        .replaced_by = "`SET` with the `!GET` argument"},
                                       kKeyValue);

constexpr keel_doc set =
    string_doc({.summary = "Set the string value of a key", .since = "1.0.0", .history = kSetHistory}, kSetArgs);

constexpr keel_doc setnx = string_doc({"Set the value of a key, only if the key does not exist", "1.0.0"}, kKeyValue);

constexpr keel_doc setex = string_doc({"Set the value and expiration of a key", "2.0.0"}, kSetexArgs);

constexpr keel_doc psetex = string_doc({"Set the value and expiration in milliseconds of a key", "2.6.0"}, kPsetexArgs);

// -- several keys ----------------------------------------------------------------------------------------------------

constexpr keel_doc mget = string_doc({.summary = "Get the values of all the given keys",
                                      .since = "1.0.0",
                                      .complexity = "O(N) where N is the number of keys to retrieve.",
                                      .tips = kMgetTips},
                                     kKeys);

constexpr keel_doc mset = string_doc({.summary = "Set multiple keys to multiple values",
                                      .since = "1.0.1",
                                      .complexity = "O(N) where N is the number of keys to set.",
                                      .tips = kMsetTips},
                                     kPairs);

constexpr keel_doc msetnx =
    string_doc({.summary = "Set multiple keys to multiple values, only if none of the keys exist",
                .since = "1.0.1",
                .complexity = "O(N) where N is the number of keys to set.",
                .tips = kMsetnxTips},
               kPairs);

// -- parts of a string -----------------------------------------------------------------------------------------------

constexpr keel_doc append = string_doc(
    {.summary = "Append a value to a key",
     .since = "2.0.0",
     .complexity = "O(1). The amortized time complexity is O(1) assuming the appended value is small and the already "
                   "present value is of any size, since the dynamic string library used by Redis will double the free "
                   "space available on every reallocation."},
    kKeyValue);

constexpr keel_doc strlen = string_doc({"Get the length of the value stored in a key", "2.2.0"}, kKey);

constexpr const char* kSubstringComplexity =
    "O(N) where N is the length of the returned string. The complexity is ultimately determined by the returned "
    "length, "
    "but because creating a substring from an existing string is very cheap, it can be considered O(1) for small "
    "strings.";

constexpr keel_doc getrange = string_doc(
    {.summary = "Get a substring of the string stored at a key", .since = "2.4.0", .complexity = kSubstringComplexity},
    kRange);

constexpr keel_doc substr = string_doc({.summary = "Get a substring of the string stored at a key",
                                        .since = "1.0.0",
                                        .complexity = kSubstringComplexity,
                                        .deprecated_since = "2.0.0",
                                        .replaced_by = "`GETRANGE`"},
                                       kRange);

constexpr keel_doc setrange = string_doc(
    {.summary = "Overwrite part of a string at key starting at the specified offset",
     .since = "2.2.0",
     .complexity = "O(1), not counting the time taken to copy the new string in place. Usually, this string is very "
                   "small so the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the length "
                   "of the value argument."},
    kSetrangeArgs);

// -- numbers ---------------------------------------------------------------------------------------------------------

constexpr keel_doc incr = string_doc({"Increment the integer value of a key by one", "1.0.0"}, kKey);

constexpr keel_doc decr = string_doc({"Decrement the integer value of a key by one", "1.0.0"}, kKey);

constexpr keel_doc incrby =
    string_doc({"Increment the integer value of a key by the given amount", "1.0.0"}, kIncrbyArgs);

constexpr keel_doc decrby =
    string_doc({"Decrement the integer value of a key by the given number", "1.0.0"}, kDecrbyArgs);

constexpr keel_doc incrbyfloat =
    string_doc({"Increment the float value of a key by the given amount", "2.6.0"}, kIncrbyfloatArgs);

// -- comparing -------------------------------------------------------------------------------------------------------

constexpr keel_doc lcs = string_doc({.summary = "Find longest common substring",
                                     .since = "7.0.0",
                                     .complexity = "O(N*M) where N and M are the lengths of s1 and s2, respectively"},
                                    kLcsArgs);

}  // namespace strings::docs
