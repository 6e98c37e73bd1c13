// host/admin/memory_docs.h - what COMMAND DOCS says about MEMORY.
#pragma once
#include "keel/cpp/docs.hpp"

namespace keel::admin::docs::memory {

using namespace keel::docs;

inline constexpr keel_doc container = doc({.summary = "A container for memory diagnostics commands",
                                           .since = "4.0.0",
                                           .group = "server",
                                           .complexity = "Depends on subcommand."});

inline constexpr const char* kDoctorTips[] = {"nondeterministic_output", "request_policy:all_shards",
                                              "response_policy:special", nullptr};
inline constexpr keel_doc doctor =
    doc({.summary = "Outputs memory problems report", .since = "4.0.0", .group = "server", .tips = kDoctorTips});

inline constexpr keel_doc help = help_doc("4.0.0", "server");

inline constexpr const char* kMallocStatsTips[] = {"nondeterministic_output", "request_policy:all_shards",
                                                   "response_policy:special", nullptr};
inline constexpr keel_doc malloc_stats = doc({.summary = "Show allocator internal stats",
                                              .since = "4.0.0",
                                              .group = "server",
                                              .complexity = "Depends on how much memory is allocated, could be slow",
                                              .tips = kMallocStatsTips});

inline constexpr const char* kPurgeTips[] = {"request_policy:all_shards", "response_policy:all_succeeded", nullptr};
inline constexpr keel_doc purge = doc({.summary = "Ask the allocator to release memory",
                                       .since = "4.0.0",
                                       .group = "server",
                                       .complexity = "Depends on how much memory is allocated, could be slow",
                                       .tips = kPurgeTips});

inline constexpr const char* kStatsTips[] = {"nondeterministic_output", "request_policy:all_shards",
                                             "response_policy:special", nullptr};
inline constexpr keel_doc stats =
    doc({.summary = "Show memory usage details", .since = "4.0.0", .group = "server", .tips = kStatsTips});

inline constexpr keel_doc_arg kUsage[] = {key("key"), optional(integer("count", "SAMPLES"))};
inline constexpr keel_doc usage = doc({.summary = "Estimate the memory usage of a key",
                                       .since = "4.0.0",
                                       .group = "server",
                                       .complexity = "O(N) where N is the number of samples."},
                                      kUsage);

}  // namespace keel::admin::docs::memory
