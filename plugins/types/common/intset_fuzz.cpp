// libFuzzer: bytes as an intset of a stranger.  One that valid() takes must behave as a set of integers, whatever is
// asked of it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "plugins/types/common/intset.h"

namespace {

void must(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace intset = types::intset;
  std::string set(reinterpret_cast<const char*>(data), size);
  if (!intset::valid(set)) return 0;
  must(intset::size(set) == set.size());
  std::set<int64_t> model;
  for (size_t i = 0; i < intset::length(set); ++i) must(model.insert(intset::at(set, i)).second);
  // Its own integers and their neighbours, in and out.
  const std::set<int64_t> there = model;
  for (const int64_t n : there)
    for (const int64_t wanted : {n, n ^ 1, static_cast<int64_t>(static_cast<uint64_t>(n) * 65537)}) {
      const intset::Position p = intset::find(set, wanted);
      must(p.found == model.contains(wanted));
      if (p.found) {
        set.resize(intset::remove(set.data(), p.index));
        model.erase(wanted);
      } else {
        set.resize(intset::size_with(set, wanted));
        intset::insert(set.data(), p.index, wanted);
        model.insert(wanted);
      }
      must(model.empty() || intset::valid(set));
    }
  const auto even = [](int64_t n) { return n % 2 == 0; };
  set.resize(intset::filter(set.data(), even));
  std::erase_if(model, [even](int64_t n) { return !even(n); });
  size_t i = 0;
  must(intset::length(set) == model.size());
  for (const int64_t n : model) must(intset::at(set, i++) == n);
  return 0;
}
