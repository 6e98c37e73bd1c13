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
// What new connections of that address get now; nullptr = it has no listener. A listener whose settings change has a
// context anew, and those before stay until their last connection goes.
std::shared_ptr<Context> present(const std::string& address);
// The listeners of this moment, in order of their coming, by their present contexts; one that goes meanwhile stays
// alive for the call.
void each_listener(const std::function<void(Context&)>& f);
// The contexts that others have taken the place of, each with the present one of its address.
void each_past(const std::function<void(Context& past, const Context& present)>& f);

}  // namespace keel::tls
