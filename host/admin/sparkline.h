// host/admin/sparkline.h - a series of numbers drawn with characters, for LATENCY GRAPH.
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace keel::admin {

struct SparkSample {
  uint64_t value;
  std::string label;  // written downwards below its column
};

// Columns of at most four lines each, lowest value to highest; 80 columns a block. Every line ends with a line break.
std::string sparkline(std::span<const SparkSample> samples);

}  // namespace keel::admin
