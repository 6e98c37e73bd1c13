// host/server/listeners.h - from the listeners of the configuration to transports that accept.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host/config/configuration.h"
#include "host/loop/loop_set.h"
#include "host/net/listener.h"
#include "host/plugin/registry.h"

namespace keel::server {

class Listeners {
 public:
  Listeners(const plugin::Registry& registry, const config::Configuration& configuration)
      : registry_(registry), configuration_(configuration) {}

  // [control] Says what is wrong with a listener, without opening it; empty = nothing.
  std::string check(const config::Listener& wanted) const;
  // [control|executor] Opens all that are wanted and not open yet, and forgets those no longer wanted: all or none. The
  // loop is told to accept on the new ones, and no more on the others. An error is a sentence.
  std::string open(const std::vector<config::Listener>& wanted, loop::Loop& loop);
  // [loop] Accepts no more.
  void shut();

  const std::vector<std::unique_ptr<net::Listener>>& all() const noexcept { return all_; }

 private:
  struct Found {
    const keel_transport* transport = nullptr;
    void* transport_self = nullptr;
    const keel_layer* layer = nullptr;
    void* layer_self = nullptr;
  };
  std::string find(const config::Listener& wanted, Found& found) const;
  std::string settings(const config::Listener& wanted, const Found& found,
                       std::vector<std::pair<std::string, std::string>>& out) const;

  const plugin::Registry& registry_;
  const config::Configuration& configuration_;
  std::vector<std::unique_ptr<net::Listener>> all_;
  std::vector<std::unique_ptr<net::Listener>> retired_;  // connections that live on refer to them
};

}  // namespace keel::server
