#include "host/commands/docs.h"
#include "keel/cpp/docs.hpp"

namespace keel::commands::docs {
namespace {

using namespace keel::docs;

constexpr const char* kComplexity =
    "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of returned "
    "elements. When the elements are not sorted, complexity is O(N).";
constexpr keel_doc_arg kSortArgsOffsetCount[] = {integer("offset"), integer("count")};
constexpr keel_doc_arg kSortArgsOrder[] = {flag("asc", "ASC"), flag("desc", "DESC")};
constexpr keel_doc_arg kSortArgs[] = {key("key"),
                                      optional(key_pattern("pattern", 1, "BY")),
                                      optional(block("offset_count", kSortArgsOffsetCount, "LIMIT")),
                                      optional(repeated_token(multiple(key_pattern("pattern", 1, "GET")))),
                                      optional(one_of("order", kSortArgsOrder)),
                                      optional(flag("sorting", "ALPHA")),
                                      optional(with_token("STORE", key("destination", 2)))};
constexpr keel_doc_arg kSortRoArgs[] = {key("key"),
                                        optional(key_pattern("pattern", 1, "BY")),
                                        optional(block("offset_count", kSortArgsOffsetCount, "LIMIT")),
                                        optional(repeated_token(multiple(key_pattern("pattern", 1, "GET")))),
                                        optional(one_of("order", kSortArgsOrder)),
                                        optional(flag("sorting", "ALPHA"))};

}  // namespace

constexpr keel_doc sort =
    doc({.summary = "Sort the elements in a list, set or sorted set", .since = "1.0.0", .complexity = kComplexity},
        kSortArgs);

constexpr keel_doc sort_ro =
    doc({.summary = "Sort the elements in a list, set or sorted set. Read-only variant of SORT.",
         .since = "7.0.0",
         .complexity = kComplexity},
        kSortRoArgs);

}  // namespace keel::commands::docs
