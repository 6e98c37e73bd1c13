// CONFIG SET: everything is looked up first, then checked, then told to its owners, and undone when one of them
// refuses.
#include <algorithm>

#include "host/base/log.h"
#include "host/config/options.h"

namespace keel::config {

struct Options::Change {
  std::string_view argument;  // the name as it was written
  size_t name;                // index into names_
  Option* option;
  Words words;
  std::string before, after;
  Source source_before;
  bool changed;
};

namespace {

std::string failure(std::string_view argument, std::string_view why) {
  return "ERR CONFIG SET failed (possibly related to argument '" + std::string(argument) + "') - " + std::string(why);
}

Words words_of(const Row& row, std::string_view value) {
  return row.type == KEEL_OPTION_LIST ? split_at_spaces(value) : Words{std::string(value)};
}

}  // namespace

bool Options::check_set(std::span<const std::string_view> arguments, bool peer_is_local, std::vector<Change>& changes,
                        std::string& reply) {
  const std::string& permission = value("enable-protected-configs");
  const bool protected_too = permission == "yes" || (permission == "local" && peer_is_local);
  for (size_t i = 0; i < arguments.size(); i += 2) {
    const std::string_view argument = arguments[i];
    const auto it = by_name_.find(lower(argument));
    if (it == by_name_.end() || names_[it->second].option->row.has(kRowHidden)) {
      reply = "ERR Unknown option or number of arguments for CONFIG SET - '" + std::string(argument) + "'";
      return false;
    }
    Option* option = names_[it->second].option;
    const char* why = nullptr;
    if (option->row.has(kRowProtected) && !protected_too) why = "can't set protected config";
    if (!option->row.has(KEEL_OPTION_MUTABLE)) why = "can't set immutable config";
    const bool twice =
        std::any_of(changes.begin(), changes.end(), [&](const Change& c) { return c.name == it->second; });
    if (why == nullptr && twice) why = "duplicate parameter";
    if (why != nullptr) {
      reply = failure(argument, why);
      return false;
    }
    if (arguments[i + 1].size() > kMaxValue) {  // refused before it is copied
      reply = failure(argument, "argument is longer than " + std::to_string(kMaxValue) + " bytes");
      return false;
    }
    changes.push_back({argument,
                       it->second,
                       option,
                       words_of(option->row, arguments[i + 1]),
                       option->value,
                       {},
                       option->source,
                       false});
  }
  return true;
}

bool Options::set(std::span<const std::string_view> arguments, bool peer_is_local, std::string& reply) {
  if (arguments.empty() || arguments.size() % 2 != 0) {
    reply = arguments.empty() ? "ERR wrong number of arguments for 'config|set' command" : "ERR syntax error";
    return false;
  }
  std::vector<Change> changes;
  changes.reserve(std::min<size_t>(arguments.size() / 2, names_.size()));
  if (!check_set(arguments, peer_is_local, changes, reply)) return false;
  std::string_view culprit;
  std::string error;
  if (apply_set(changes, culprit, error)) return true;
  reply = failure(culprit, error);
  return false;
}

bool Options::apply_set(std::vector<Change>& changes, std::string_view& culprit, std::string& error) {
  for (Change& change : changes) {
    if (check_value(change.option->row, change.words, change.before, change.after, error)) continue;
    culprit = change.argument;
    return false;
  }
  for (size_t i = 0; i < changes.size(); ++i) {
    Change& change = changes[i];
    change.before = change.option->value;  // two names of one option: the later one wins, undone in reverse
    change.changed = change.after != change.before;
    // Set to the value that it had: still a choice that CONFIG REWRITE keeps, but nobody need be told.
    change.option->source = Source::kConfigSet;
    if (!change.changed) continue;
    if (!change.option->row.apply || change.option->row.apply(change.after, error)) {
      change.option->value = change.after;
      continue;
    }
    culprit = change.argument;
    change.changed = false;
    roll_back(changes, i + 1);
    return false;
  }
  if (run_hooks(changes, culprit, error)) return true;
  return false;
}

bool Options::run_hooks(const std::vector<Change>& changes, std::string_view& culprit, std::string& error) {
  std::vector<std::pair<const Hook*, std::vector<std::string_view>>> done;
  for (const auto& [names, hook, same_values_too] : hooks_) {
    std::vector<std::string_view> changed;
    std::string_view first, same;
    for (const Change& change : changes) {
      const std::string& name = change.option->row.name;
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      if (!change.changed) {
        if (same.empty()) same = change.argument;
        continue;
      }
      if (changed.empty()) first = change.argument;
      changed.push_back(name);
    }
    if (changed.empty()) {
      if (!same_values_too || same.empty()) continue;
      first = same;
    }
    if (hook(changed, error)) {
      done.emplace_back(&hook, std::move(changed));
      continue;
    }
    culprit = first;
    auto undone = changes;
    roll_back(undone, undone.size());
    for (const auto& [earlier, what] : done) {
      std::string refusal;
      if (!(*earlier)(what, refusal))
        base::log(base::LogLevel::kWarning, "cannot go back to the old configuration: " + refusal);
    }
    return false;
  }
  return true;
}

void Options::roll_back(std::vector<Change>& changes, size_t applied) {
  while (applied-- > 0) {
    Change& change = changes[applied];
    change.option->source = change.source_before;
    if (!change.changed) continue;
    std::string refusal;
    if (change.option->row.apply && !change.option->row.apply(change.before, refusal))
      base::log(base::LogLevel::kWarning, "cannot go back to the old configuration: " + refusal,
                {{"option", change.option->row.name}});
    change.option->value = change.before;
  }
}

}  // namespace keel::config
