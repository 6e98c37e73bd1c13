#include "host/admin/sparkline.h"

#include <algorithm>

namespace keel::admin {
namespace {

constexpr size_t kLines = 4, kColumns = 80;
constexpr char kHeights[] = {'_', 'o', '#'};  // within a line
constexpr char kBelow = '|';
constexpr size_t kSteps = kLines * std::size(kHeights);

size_t step_of(uint64_t value, uint64_t low, uint64_t high) {
  const double range = high > low ? static_cast<double>(high - low) : 1.0;
  const double relative = static_cast<double>(value - low) / range;
  return std::min(static_cast<size_t>(relative * static_cast<double>(kSteps)), kSteps - 1);
}

void add_block(std::string& out, std::span<const SparkSample> samples, uint64_t low, uint64_t high) {
  for (size_t line = kLines; line-- > 0;) {
    for (const SparkSample& s : samples) {
      const size_t step = step_of(s.value, low, high), top = step / std::size(kHeights);
      out += top > line ? kBelow : top == line ? kHeights[step % std::size(kHeights)] : ' ';
    }
    out += '\n';
  }
  out.append(samples.size(), ' ').append("\n");
  size_t longest = 0;
  for (const SparkSample& s : samples) longest = std::max(longest, s.label.size());
  for (size_t i = 0; i < longest; ++i) {
    for (const SparkSample& s : samples) out += i < s.label.size() ? s.label[i] : ' ';
    out += '\n';
  }
}

}  // namespace

std::string sparkline(std::span<const SparkSample> samples) {
  std::string out;
  if (samples.empty()) return out;
  uint64_t low = UINT64_MAX, high = 0;
  for (const SparkSample& s : samples) {
    low = std::min(low, s.value);
    high = std::max(high, s.value);
  }
  for (size_t i = 0; i < samples.size(); i += kColumns)
    add_block(out, samples.subspan(i, std::min(kColumns, samples.size() - i)), low, high);
  return out;
}

}  // namespace keel::admin
