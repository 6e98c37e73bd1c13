#include "listeners.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "context.h"

namespace keel::tls {
namespace {

std::mutex g_mutex;
std::vector<std::shared_ptr<Context>> g_listeners;
std::map<std::string, std::shared_ptr<Counters>> g_counters;

std::vector<std::shared_ptr<Context>> all() {
  const std::lock_guard lock{g_mutex};
  return g_listeners;
}

}  // namespace

std::shared_ptr<Counters> counters_of(const std::string& address) {
  const std::lock_guard lock{g_mutex};
  auto& counters = g_counters[address];
  if (!counters) counters = std::make_shared<Counters>();
  return counters;
}

void add_listener(std::shared_ptr<Context> c) {
  const std::lock_guard lock{g_mutex};
  g_listeners.push_back(std::move(c));
}

void remove_listener(const Context* c) {
  std::shared_ptr<Context> last;  // goes after the lock
  const std::lock_guard lock{g_mutex};
  const auto at = std::find_if(g_listeners.begin(), g_listeners.end(), [c](const auto& one) { return one.get() == c; });
  if (at == g_listeners.end()) return;
  last = std::move(*at);
  g_listeners.erase(at);
}

std::shared_ptr<Context> present(const std::string& address) {
  const std::lock_guard lock{g_mutex};
  const auto at = std::find_if(g_listeners.rbegin(), g_listeners.rend(),
                               [&](const auto& one) { return one->settings.address == address; });
  return at == g_listeners.rend() ? nullptr : *at;
}

void each_listener(const std::function<void(Context&)>& f) {
  for (const auto& c : all())
    if (present(c->settings.address) == c) f(*c);
}

void each_past(const std::function<void(Context& past, const Context& present)>& f) {
  for (const auto& c : all())
    if (const auto now = present(c->settings.address); now && now != c) f(*c, *now);
}

}  // namespace keel::tls
