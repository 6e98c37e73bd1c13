// host/plugin/order.h - in which order plugins are loaded: whoever provides comes before whoever needs.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "host/plugin/manifest.h"

namespace keel::plugin {

struct Refusal {
  size_t index;  // in the manifests given
  std::string sentence;
  std::string missing{};  // what it needs and nothing given provides; empty = refused for another reason
};
struct Ordering {
  std::vector<size_t> sequence;  // indices, providers first, otherwise as listed
  std::vector<Refusal> refused;  // everything that is not in the sequence, with its reason
};

// `served` says whether something that is there already (the host, or a plugin loaded before) serves an id, and names
// it
// ("the server", "plugin 'a'"); empty = nobody.
Ordering order(const std::vector<Manifest>& plugins, const std::function<std::string(const std::string& id)>& served);

}  // namespace keel::plugin
