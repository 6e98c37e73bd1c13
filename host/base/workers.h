// host/base/workers.h - the host's pool of threads for what may block or take long: freeing big values, closing files.
#pragma once
#include <cstdint>

#include "keel/host.h"

namespace keel::base {

// [control] Starts n threads; once.
void start_workers(uint32_t n);
// [control] Runs what is queued, then ends the threads.
void stop_workers();
// [any] Runs the task on a worker; on this thread when there are none. The task is the caller's until it has run.
void defer(keel_task* task) noexcept;

}  // namespace keel::base
