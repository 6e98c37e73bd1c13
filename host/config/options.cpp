#include "host/config/options.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <set>

#include "host/base/glob.h"
#include "keel/cpp/text.hpp"

namespace keel::config {

bool Options::declare(const keel_option* first, uint32_t n, uint32_t stride, void* self, std::string_view owner,
                      std::string& error) {
  if (stride < offsetof(keel_option, apply) + sizeof first->apply) {
    error = std::string(owner) + " declares options in an older form than this server knows";
    return false;
  }
  std::vector<Row> rows;
  for (uint32_t i = 0; i < n; ++i) {
    keel_option option{};
    std::memcpy(&option, reinterpret_cast<const char*>(first) + size_t{i} * stride,
                std::min<size_t>(stride, sizeof option));
    if (option.name == nullptr) break;
    if (!row_of(option, self, rows.emplace_back(), error)) {
      error = std::string(owner) + ": " + error;
      return false;
    }
  }
  return declare(std::move(rows), owner, error);
}

bool Options::declare(std::vector<Row> rows, std::string_view owner, std::string& error) {
  std::vector<std::string> values;
  std::set<std::string> seen;
  for (const Row& row : rows) {
    for (const std::string* name : {&row.name, &row.other_name}) {
      if (name->empty()) continue;
      const Option* taken = find(*name);
      if (taken != nullptr && taken->row.has(kRowPlaceholder) && taken->row.name == *name) taken = nullptr;
      if (taken == nullptr && seen.insert(*name).second) continue;
      error = "the option '" + *name + "' of " + std::string(owner) + " is already declared by " +
              (taken == nullptr ? std::string(owner) : taken->owner);
      return false;
    }
    const Words initial = row.type == KEEL_OPTION_LIST ? split_at_spaces(row.initial) : Words{row.initial};
    if (!check_value(row, initial, row.initial, values.emplace_back(), error)) {
      error = "the default of '" + row.name + "' of " + std::string(owner) + " is not valid: " + error;
      return false;
    }
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    Option* option = find_mutable(rows[i].name);
    if (option == nullptr) {
      option = options_.emplace_back(std::make_unique<Option>()).get();
      for (const std::string* name : {&rows[i].name, &rows[i].other_name}) {
        if (name->empty()) continue;
        by_name_.emplace(*name, names_.size());
        names_.push_back({*name, option});
      }
    }
    option->row = std::move(rows[i]);
    option->owner = owner;
    option->value = values[i];
    option->file_value = std::move(values[i]);
  }
  return true;
}

Option* Options::find_mutable(std::string_view name) const {
  const auto it = by_name_.find(lower(name));
  return it == by_name_.end() ? nullptr : names_[it->second].option;
}

const Option* Options::find(std::string_view name) const {
  return find_mutable(name);
}

const std::string& Options::value(std::string_view name) const {
  static const std::string kNothing;
  const Option* option = find(name);
  return option == nullptr ? kNothing : option->value;
}

bool Options::is_secret(std::string_view name) const {
  const Option* option = find(name);
  return option != nullptr && option->row.has(KEEL_OPTION_SECRET);
}

std::vector<std::string_view> Options::names(std::string_view owner) const {
  std::vector<std::string_view> out;
  for (const Name& name : names_)
    if (owner.empty() || name.option->owner == owner) out.push_back(name.name);
  return out;
}

bool Options::assign(std::string_view name, const Words& words, Source source, std::string& error) {
  Option* option = find_mutable(name);
  if (option == nullptr) {
    error = "unknown option";
    return false;
  }
  std::string value;
  if (!check_value(option->row, words, option->value, value, error)) return false;
  if (source == Source::kOverlay) option->overlay_value = value;
  option->value = std::move(value);
  option->source = source;
  return true;
}

bool Options::apply_all(std::string& error) {
  for (const auto& option : options_) {
    std::string refusal;
    if (!option->row.apply || option->row.apply(option->value, refusal)) continue;
    error = option->row.name + ": " + refusal;
    return false;
  }
  return true;
}

void Options::on_change(std::vector<std::string> names, Hook hook) {
  hooks_.push_back({std::move(names), std::move(hook), false});
}

void Options::on_set(std::vector<std::string> names, Hook hook) {
  hooks_.push_back({std::move(names), std::move(hook), true});
}

void Options::freeze_file_values() {
  for (const auto& option : options_) option->file_value = option->value;
}

void Options::set_overlay_value(const Option& option, std::optional<std::string> value) {
  if (Option* found = find_mutable(option.row.name)) found->overlay_value = std::move(value);
}

std::vector<std::pair<std::string, std::string>> Options::get(std::span<const std::string_view> patterns) const {
  std::vector<std::pair<std::string, std::string>> out;
  std::vector<bool> taken(names_.size());
  for (const std::string_view pattern : patterns) {
    if (pattern.find_first_of("[*?") == std::string_view::npos) {
      const auto it = by_name_.find(lower(pattern));
      if (it == by_name_.end() || taken[it->second] || names_[it->second].option->row.has(kRowHidden)) continue;
      taken[it->second] = true;
      out.emplace_back(pattern, names_[it->second].option->value);
      continue;
    }
    const base::Glob glob(pattern, base::GlobCase::kIgnore);
    for (size_t i = 0; i < names_.size(); ++i) {
      const Option& option = *names_[i].option;
      if (taken[i] || option.row.has(kRowHidden) || !glob.matches(names_[i].name)) continue;
      taken[i] = true;
      out.emplace_back(names_[i].name, option.value);
    }
  }
  return out;
}

}  // namespace keel::config
