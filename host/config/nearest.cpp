#include "host/config/nearest.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "keel/cpp/text.hpp"

namespace keel::config {
namespace {

constexpr size_t kLongest = 64;  // no directive is longer; what is longer gets no suggestion

size_t distance(std::string_view a, std::string_view b) {
  std::array<size_t, kLongest + 1> before{}, above{}, row{};
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = keel::lower(a[i - 1]) == keel::lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0u : 1u)});
      const bool swapped = i > 1 && j > 1 && keel::lower(a[i - 1]) == keel::lower(b[j - 2]) &&
                           keel::lower(a[i - 2]) == keel::lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates) {
  if (name.empty() || name.size() > kLongest) return {};
  std::string_view best;
  size_t fewest = name.size() / 3 + 2;  // one more than what still reads as a slip
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kLongest) continue;
    const size_t edits = distance(name, candidate);
    if (edits >= fewest || edits >= candidate.size()) continue;
    fewest = edits;
    best = candidate;
  }
  return best;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& candidates) {
  const std::string_view best = nearest(name, candidates);
  return best.empty() ? std::string{} : "; did you mean '" + std::string(best) + "'?";
}

}  // namespace keel::config
