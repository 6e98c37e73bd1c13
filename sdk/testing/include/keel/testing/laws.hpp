// keel/testing/laws.hpp - what holds for every value type, layer and transport, whoever wrote it. Broken laws become
// faults; see faults.hpp.
#pragma once
#include <string>
#include <vector>

#include "keel/testing/host.hpp"

namespace keel::testing {

// For every value in the host's keyspace, which commands have put there: save and load are inverse, damage is survived,
// copies are equal, memory is balanced, members are visited once. Returns how many values were looked at.
size_t type_laws(Host& host);

struct Setting {
  std::string name, value;
};

// Two layers back to back, cut everywhere.
void layer_laws(Host& host, const keel_layer& layer, const std::vector<Setting>& settings);

// Connections by dial() to its own listener at `address`. False: it cannot be played, `why` says it.
bool transport_laws(Host& host, const keel_transport& transport, const std::string& address,
                    const std::vector<Setting>& settings, std::string& why);

// The settings of a listener: defaults from the rows, overridden.
std::vector<Setting> with_defaults(const keel_option* rows, const std::vector<Setting>& given);
std::vector<keel_pair> pairs(const std::vector<Setting>& settings);

}  // namespace keel::testing
