#include "plugins/types/hyperloglog/docs.h"

#include "keel/cpp/docs.hpp"

namespace hyperloglog::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc_arg kPfaddArgs[] = {key("key"), optional(multiple(text("element")))};
constexpr keel_doc_arg kPfcountArgs[] = {multiple(key("key"))};
constexpr keel_doc_arg kPfdebugArgs[] = {text("subcommand"), key("key")};
constexpr keel_doc_arg kPfmergeArgs[] = {key("destkey"), multiple(key("sourcekey", 1))};

}  // namespace

constexpr keel_doc pfadd = doc({.summary = "Adds the specified elements to the specified HyperLogLog.",
                                .since = "2.8.9",
                                .group = "hyperloglog",
                                .complexity = "O(1) to add every element."},
                               kPfaddArgs);

constexpr keel_doc pfcount =
    doc({.summary = "Return the approximated cardinality of the set(s) observed by the HyperLogLog at key(s).",
         .since = "2.8.9",
         .group = "hyperloglog",
         .complexity = "O(1) with a very small average constant time when called with a single key. O(N) with N being "
                       "the number of keys, and much bigger constant times, when called with multiple keys."},
        kPfcountArgs);

constexpr keel_doc pfdebug = doc({.summary = "Internal commands for debugging HyperLogLog values",
                                  .since = "2.8.9",
                                  .group = "hyperloglog",
                                  .complexity = "N/A",
                                  .flags = KEEL_DOC_SYSCMD},
                                 kPfdebugArgs);

constexpr keel_doc pfmerge = doc({.summary = "Merge N different HyperLogLogs into a single one.",
                                  .since = "2.8.9",
                                  .group = "hyperloglog",
                                  .complexity = "O(N) to merge N HyperLogLogs, but with high constant times."},
                                 kPfmergeArgs);

constexpr keel_doc pfselftest = doc({.summary = "An internal command for testing HyperLogLog values",
                                     .since = "2.8.9",
                                     .group = "hyperloglog",
                                     .complexity = "N/A",
                                     .flags = KEEL_DOC_SYSCMD});

}  // namespace hyperloglog::docs
