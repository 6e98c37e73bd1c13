// watch.h - looks at the files of every listener once a second, on a worker, and swaps a new set in when it is whole;
// warns before certificates end.
#pragma once
#include "keel/host.h"
#include "keel/loop.h"

namespace keel::tls {

// [control]
void start_watch(const keel_host* host, const keel_loops* loops);

}  // namespace keel::tls
