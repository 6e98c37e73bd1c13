#include "plugins/types/list/docs.h"

#include "keel/cpp/docs.hpp"

namespace lists::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc list_doc(About about, const auto& args) {
  about.group = "list";
  return doc(about, args);
}

// Arguments that several commands share.
constexpr keel_doc_arg kSides[] = {flag("left", "LEFT"), flag("right", "RIGHT")};
constexpr keel_doc_arg kKey[] = {key("key")};
constexpr keel_doc_arg kElements[] = {key("key"), multiple(text("element"))};
constexpr keel_doc_arg kPop[] = {key("key"), since("6.2.0", optional(integer("count")))};
constexpr keel_doc_arg kBlockingPop[] = {multiple(key("key")), real("timeout")};
constexpr keel_doc_arg kRange[] = {key("key"), integer("start"), integer("stop")};
constexpr keel_doc_arg kWays[] = {key("source"), key("destination", 1), one_of("wherefrom", kSides),
                                  one_of("whereto", kSides)};
constexpr keel_doc_arg kWaysOrWait[] = {key("source"), key("destination", 1), one_of("wherefrom", kSides),
                                        one_of("whereto", kSides), real("timeout")};
constexpr keel_doc_arg kTwoKeys[] = {key("source"), key("destination", 1)};
constexpr keel_doc_arg kTwoKeysOrWait[] = {key("source"), key("destination", 1), real("timeout")};
constexpr keel_doc_arg kMpop[] = {integer("numkeys"), multiple(key("key")), one_of("where", kSides),
                                  optional(integer("count", "COUNT"))};
constexpr keel_doc_arg kMpopOrWait[] = {real("timeout"), integer("numkeys"), multiple(key("key")),
                                        one_of("where", kSides), optional(integer("count", "COUNT"))};

constexpr keel_doc_arg kIndexArgs[] = {key("key"), integer("index")};
constexpr keel_doc_arg kSetArgs[] = {key("key"), integer("index"), text("element")};
constexpr keel_doc_arg kRemArgs[] = {key("key"), integer("count"), text("element")};
constexpr keel_doc_arg kWhere[] = {flag("before", "BEFORE"), flag("after", "AFTER")};
constexpr keel_doc_arg kInsertArgs[] = {key("key"), one_of("where", kWhere), text("pivot"), text("element")};
constexpr keel_doc_arg kPosArgs[] = {key("key"), text("element"), optional(integer("rank", "RANK")),
                                     optional(integer("num-matches", "COUNT")), optional(integer("len", "MAXLEN"))};

constexpr keel_doc_history kManyElements24[] = {{"2.4.0", "Accepts multiple `element` arguments."}, {nullptr, nullptr}};
constexpr keel_doc_history kManyElements40[] = {{"4.0.0", "Accepts multiple `element` arguments."}, {nullptr, nullptr}};
constexpr keel_doc_history kCount[] = {{"6.2.0", "Added the `count` argument."}, {nullptr, nullptr}};
constexpr keel_doc_history kDouble[] = {{"6.0.0", "`timeout` is interpreted as a double instead of an integer."},
                                        {nullptr, nullptr}};

constexpr const char* kEachElement =
    "O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.";
constexpr const char* kReturned = "O(N) where N is the number of elements returned";
constexpr const char* kProvidedKeys = "O(N) where N is the number of provided keys.";
constexpr const char* kKeysAndReturned =
    "O(N+M) where N is the number of provided keys and M is the number of elements returned.";

}  // namespace

// -- pushing ---------------------------------------------------------------------------------------------------------

constexpr keel_doc lpush = list_doc({.summary = "Prepend one or multiple elements to a list",
                                     .since = "1.0.0",
                                     .complexity = kEachElement,
                                     .history = kManyElements24},
                                    kElements);
constexpr keel_doc rpush = list_doc({.summary = "Append one or multiple elements to a list",
                                     .since = "1.0.0",
                                     .complexity = kEachElement,
                                     .history = kManyElements24},
                                    kElements);
constexpr keel_doc lpushx = list_doc({.summary = "Prepend an element to a list, only if the list exists",
                                      .since = "2.2.0",
                                      .complexity = kEachElement,
                                      .history = kManyElements40},
                                     kElements);
constexpr keel_doc rpushx = list_doc({.summary = "Append an element to a list, only if the list exists",
                                      .since = "2.2.0",
                                      .complexity = kEachElement,
                                      .history = kManyElements40},
                                     kElements);

// -- taking out ------------------------------------------------------------------------------------------------------

constexpr keel_doc lpop = list_doc({.summary = "Remove and get the first elements in a list",
                                    .since = "1.0.0",
                                    .complexity = kReturned,
                                    .history = kCount},
                                   kPop);
constexpr keel_doc rpop = list_doc({.summary = "Remove and get the last elements in a list",
                                    .since = "1.0.0",
                                    .complexity = kReturned,
                                    .history = kCount},
                                   kPop);
constexpr keel_doc lmpop =
    list_doc({.summary = "Pop elements from a list", .since = "7.0.0", .complexity = kKeysAndReturned}, kMpop);
constexpr keel_doc blpop =
    list_doc({.summary = "Remove and get the first element in a list, or block until one is available",
              .since = "2.0.0",
              .complexity = kProvidedKeys,
              .history = kDouble},
             kBlockingPop);
constexpr keel_doc brpop =
    list_doc({.summary = "Remove and get the last element in a list, or block until one is available",
              .since = "2.0.0",
              .complexity = kProvidedKeys,
              .history = kDouble},
             kBlockingPop);
constexpr keel_doc blmpop = list_doc({.summary = "Pop elements from a list, or block until one is available",
                                      .since = "7.0.0",
                                      .complexity = kKeysAndReturned},
                                     kMpopOrWait);

// -- moving ----------------------------------------------------------------------------------------------------------

constexpr keel_doc lmove =
    list_doc({"Pop an element from a list, push it to another list and return it", "6.2.0"}, kWays);
constexpr keel_doc rpoplpush =
    list_doc({.summary = "Remove the last element in a list, prepend it to another list and return it",
              .since = "1.2.0",
              .deprecated_since = "6.2.0",
              .replaced_by = "`LMOVE` with the `RIGHT` and `LEFT` arguments"},
             kTwoKeys);

constexpr const char* kMoveOrWait =
    "Pop an element from a list, push it to another list and return it; or block until one is available";

constexpr keel_doc blmove = list_doc({kMoveOrWait, "6.2.0"}, kWaysOrWait);
constexpr keel_doc brpoplpush = list_doc({.summary = kMoveOrWait,
                                          .since = "2.2.0",
                                          .history = kDouble,
                                          .deprecated_since = "6.2.0",
                                          .replaced_by = "`BLMOVE` with the `RIGHT` and `LEFT` arguments"},
                                         kTwoKeysOrWait);

// -- looking ---------------------------------------------------------------------------------------------------------

constexpr keel_doc llen = list_doc({"Get the length of a list", "1.0.0"}, kKey);
constexpr keel_doc lindex = list_doc(
    {.summary = "Get an element from a list by its index",
     .since = "1.0.0",
     .complexity = "O(N) where N is the number of elements to traverse to get to the element at index. This makes "
                   "asking for the first or the last element of the list O(1)."},
    kIndexArgs);
constexpr keel_doc lrange =
    list_doc({.summary = "Get a range of elements from a list",
              .since = "1.0.0",
              .complexity =
                  "O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or "
                  "TAIL) for large lists; and N is the number of elements in the specified range."},
             kRange);
constexpr keel_doc lpos = list_doc(
    {.summary = "Return the index of matching elements on a list",
     .since = "6.0.6",
     .complexity = "O(N) where N is the number of elements in the list, for the average case. When searching for "
                   "elements near the head or the tail of the list, or when the MAXLEN option is provided, the command "
                   "may run in constant time."},
    kPosArgs);

// -- changing --------------------------------------------------------------------------------------------------------

constexpr keel_doc lset = list_doc({.summary = "Set the value of an element in a list by its index",
                                    .since = "1.0.0",
                                    .complexity = "O(N) where N is the length of the list. Setting either the first or "
                                                  "the last element of the list is O(1)."},
                                   kSetArgs);
constexpr keel_doc linsert = list_doc(
    {.summary = "Insert an element before or after another element in a list",
     .since = "2.2.0",
     .complexity = "O(N) where N is the number of elements to traverse before seeing the value pivot. This means that "
                   "inserting somewhere on the left end on the list (head) can be considered O(1) and inserting "
                   "somewhere on the right end (tail) is O(N)."},
    kInsertArgs);
constexpr keel_doc lrem =
    list_doc({.summary = "Remove elements from a list",
              .since = "1.0.0",
              .complexity = "O(N+M) where N is the length of the list and M is the number of elements removed."},
             kRemArgs);
constexpr keel_doc ltrim =
    list_doc({.summary = "Trim a list to the specified range",
              .since = "1.0.0",
              .complexity = "O(N) where N is the number of elements to be removed by the operation."},
             kRange);

}  // namespace lists::docs
