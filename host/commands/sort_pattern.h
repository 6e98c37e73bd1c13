// host/commands/sort_pattern.h - the patterns of SORT BY and GET: "weight_*", "object_*->field", "#".
#pragma once
#include <string>
#include <string_view>

#include "host/commands/lookup.h"

namespace keel::commands {

class SortPattern {
 public:
  // `text` must outlive it.
  explicit SortPattern(Str text) noexcept;

  // Whether BY leaves the elements in their order: there is no "*", and "#" is nothing else there.
  bool is_constant() const noexcept { return star_ == Str::npos; }
  // What the pattern stands for with this element in the place of the star: a string, a field of a hash, or the element
  // itself. False = absent, or of another type. The text goes to `out`. [executor]
  bool value_for(Ctx c, Str element, std::string& out) const;

 private:
  bool itself_ = false;  // "#"
  size_t star_ = Str::npos;
  Str text_;   // of the key, with the star
  Str field_;  // behind "->"; empty = a string
};

}  // namespace keel::commands
