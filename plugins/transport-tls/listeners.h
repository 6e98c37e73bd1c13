// listeners.h - every listener that uses TLS now, for the watch and for INFO.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "counters.h"

namespace keel::tls {

class Context;

// [any] all of them.
std::shared_ptr<Counters> counters_of(const std::string& address);
void add_listener(std::shared_ptr<Context> c);
void remove_listener(const Context* c);
// The listeners of this moment, in order of their coming; one that goes meanwhile stays alive for the call.
void each_listener(const std::function<void(Context&)>& f);

}  // namespace keel::tls
