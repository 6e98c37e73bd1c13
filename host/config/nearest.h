// host/config/nearest.h - the name that somebody probably meant.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace keel::config {

// The candidate with the fewest edits (insert, delete, replace, swap of neighbours) from `name`, ASCII case ignored;
// the first one of equals; empty when even the best is too far off to be a help.
std::string_view nearest(std::string_view name, const std::vector<std::string_view>& candidates);

// "; did you mean 'x'?" or nothing.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& candidates);

}  // namespace keel::config
