#include "host/commands/docs.h"
#include "keel/cpp/docs.hpp"

namespace keel::commands::docs {
namespace {

using namespace keel::docs;

constexpr const char* kGroup = "transactions";
constexpr keel_doc_arg kWatched[] = {multiple(key("key"))};

}  // namespace

constexpr keel_doc discard = doc({.summary = "Discard all commands issued after MULTI",
                                  .since = "2.0.0",
                                  .group = kGroup,
                                  .complexity = "O(N), when N is the number of queued commands"});

constexpr keel_doc exec = doc({.summary = "Execute all commands issued after MULTI",
                               .since = "1.2.0",
                               .group = kGroup,
                               .complexity = "Depends on commands in the transaction"});

constexpr keel_doc multi = doc({.summary = "Mark the start of a transaction block", .since = "1.2.0", .group = kGroup});

constexpr keel_doc unwatch = doc({.summary = "Forget about all watched keys", .since = "2.2.0", .group = kGroup});

constexpr keel_doc watch = doc({.summary = "Watch the given keys to determine execution of the MULTI/EXEC block",
                                .since = "2.2.0",
                                .group = kGroup,
                                .complexity = "O(1) for every key."},
                               kWatched);

}  // namespace keel::commands::docs
