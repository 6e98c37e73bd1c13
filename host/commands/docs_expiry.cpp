#include "host/commands/docs.h"
#include "keel/cpp/docs.hpp"

namespace keel::commands::docs {
namespace {

using namespace keel::docs;

constexpr const char* kNondeterministic[] = {"nondeterministic_output", nullptr};

constexpr keel_doc_history kExpireHistory[] = {
    {"7.0.0", "Added options: `NX`, `XX`, `GT` and `LT`."},
    {nullptr, nullptr},
};
constexpr keel_doc_history kTtlHistory[] = {{"2.8.0", "Added the -2 reply."}, {nullptr, nullptr}};

constexpr keel_doc_arg kKey[] = {key("key")};
constexpr keel_doc_arg kConditions[] = {flag("nx", "NX"), flag("xx", "XX"), flag("gt", "GT"), flag("lt", "LT")};
constexpr keel_doc_arg kCondition = since("7.0.0", optional(one_of("condition", kConditions)));
constexpr keel_doc_arg kExpireArgs[] = {key("key"), integer("seconds"), kCondition};
constexpr keel_doc_arg kPexpireArgs[] = {key("key"), integer("milliseconds"), kCondition};
constexpr keel_doc_arg kExpireatArgs[] = {key("key"), moment("unix-time-seconds"), kCondition};
constexpr keel_doc_arg kPexpireatArgs[] = {key("key"), moment("unix-time-milliseconds"), kCondition};

constexpr keel_doc expire_doc(const char* summary, const char* first, const keel_doc_arg (&args)[3]) {
  return doc({.summary = summary, .since = first, .history = kExpireHistory}, args);
}
constexpr keel_doc ttl_doc(const char* summary, const char* first) {
  return doc({.summary = summary, .since = first, .history = kTtlHistory, .tips = kNondeterministic}, kKey);
}

}  // namespace

constexpr keel_doc expire = expire_doc("Set a key's time to live in seconds", "1.0.0", kExpireArgs);

constexpr keel_doc pexpire = expire_doc("Set a key's time to live in milliseconds", "2.6.0", kPexpireArgs);

constexpr keel_doc expireat = expire_doc("Set the expiration for a key as a UNIX timestamp", "1.2.0", kExpireatArgs);

constexpr keel_doc pexpireat =
    expire_doc("Set the expiration for a key as a UNIX timestamp specified in milliseconds", "2.6.0", kPexpireatArgs);

constexpr keel_doc persist = doc({"Remove the expiration from a key", "2.2.0"}, kKey);

constexpr keel_doc ttl = ttl_doc("Get the time to live for a key in seconds", "1.0.0");

constexpr keel_doc pttl = ttl_doc("Get the time to live for a key in milliseconds", "2.6.0");

constexpr keel_doc expiretime = doc({"Get the expiration Unix timestamp for a key", "7.0.0"}, kKey);

constexpr keel_doc pexpiretime = doc({"Get the expiration Unix timestamp for a key in milliseconds", "7.0.0"}, kKey);

}  // namespace keel::commands::docs
