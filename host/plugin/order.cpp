#include "host/plugin/order.h"

#include <map>
#include <set>

namespace keel::plugin {
namespace {

std::string named(const Manifest& m) {
  return "plugin '" + m.name + "'";
}

// From `start`, the first way back to itself over what is needed.
std::string cycle(const std::vector<Manifest>& plugins, const std::map<std::string, size_t>& providers, size_t start,
                  const std::set<size_t>& waiting) {
  std::string text;
  std::set<size_t> seen;
  for (size_t at = start; seen.insert(at).second;) {
    for (const Need& need : plugins[at].needs) {
      const auto by = providers.find(need.id);
      if (need.optional || by == providers.end() || !waiting.contains(by->second)) continue;
      if (!text.empty()) text += ", ";
      text += named(plugins[at]) + " needs " + need.id + " of " + named(plugins[by->second]);
      at = by->second;
      break;
    }
  }
  return text;
}

}  // namespace

Ordering order(const std::vector<Manifest>& plugins, const std::function<std::string(const std::string& id)>& served) {
  Ordering result;
  std::set<size_t> waiting;
  std::map<std::string, size_t> providers;
  const auto refuse = [&](size_t i, std::string why) {
    result.refused.push_back({i, named(plugins[i]) + " " + std::move(why)});
    waiting.erase(i);
  };

  for (size_t i = 0; i < plugins.size(); ++i) {
    std::string clash;
    for (const std::string& name : plugins[i].provides) {
      std::string by = served(name);
      if (const auto other = providers.find(name); other != providers.end()) by = named(plugins[other->second]);
      if (!by.empty()) clash = "provides " + name + ", which " + by + " provides already";
    }
    if (!clash.empty()) {
      refuse(i, clash);
      continue;
    }
    for (const std::string& name : plugins[i].provides) providers.emplace(name, i);
    waiting.insert(i);
  }

  // A refusal can leave others without what they need, so until nothing changes.
  for (bool changed = true; changed;) {
    changed = false;
    for (const size_t i : std::set<size_t>{waiting}) {
      for (const Need& need : plugins[i].needs) {
        if (need.optional || !served(need.id).empty()) continue;
        const auto by = providers.find(need.id);
        if (by != providers.end() && waiting.contains(by->second)) continue;
        refuse(i, by == providers.end()
                      ? "needs " + need.id + ", which neither the server nor a listed plugin provides"
                      : "needs " + need.id + " of " + named(plugins[by->second]) + ", which was refused");
        if (by == providers.end()) result.refused.back().missing = need.id;
        changed = true;
        break;
      }
    }
  }

  const auto first_ready = [&](bool heed_optional) {
    for (const size_t i : waiting) {
      bool ready = true;
      for (const Need& need : plugins[i].needs) {
        const auto by = providers.find(need.id);
        ready &= by == providers.end() || !waiting.contains(by->second) || (need.optional && !heed_optional);
      }
      if (ready) return i;
    }
    return plugins.size();
  };
  while (!waiting.empty()) {
    size_t next = first_ready(true);
    if (next == plugins.size()) next = first_ready(false);
    if (next == plugins.size()) {
      for (const size_t i : waiting) {
        result.refused.push_back(
            {i, named(plugins[i]) + " cannot be put in order: " + cycle(plugins, providers, i, waiting)});
      }
      break;
    }
    result.sequence.push_back(next);
    waiting.erase(next);
  }
  return result;
}

}  // namespace keel::plugin
