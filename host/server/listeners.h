// host/server/listeners.h - from the listeners of the configuration to transports that accept.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <utility>
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
  // [control|executor] Opens all that are wanted and not open yet, and forgets those no longer wanted: all or none. One
  // that stays gets its settings, and the layer that it shall have, for the connections that come from now on; the
  // socket stays open. The first of the loops is told to accept on the new ones, and no more on the others; what those
  // have accepted before is still opened, on any of the loops. An error is a sentence.
  struct Details {
    std::string layer_says;                     // the part of the error that is a layer's own: it refused its settings
    std::vector<const net::Listener*> leaving;  // on_left() is called for them
  };
  std::string open(const std::vector<config::Listener>& wanted, const std::vector<loop::Loop*>& loops,
                   Details* details = nullptr);
  // Called when those that leave accept no more, or were wanted again before that. [loop], the first of them
  std::function<void(const std::vector<net::Listener*>&)> on_left;
  // [loop], and whoever might open() waits: accepts no more.
  void shut();

  const std::vector<std::unique_ptr<net::Listener>>& all() const noexcept { return all_; }

 private:
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  struct Plan;  // what one wanted listener means
  std::string plan(const config::Listener& wanted, Plan& out) const;
  static std::string make_stack(Plan& plan, std::string& layer_says);
  net::Listener* serving(const keel_transport* transport, const std::string& address,
                         std::vector<net::Listener*>& taken_back);
  // Those that leave accept no more, soon; those that come begin.
  void retire(const std::vector<net::Listener*>& leaving, const std::vector<net::Listener*>& coming,
              const std::vector<loop::Loop*>& loops);

  const plugin::Registry& registry_;
  const config::Configuration& configuration_;
  std::vector<std::unique_ptr<net::Listener>> all_;
  std::vector<std::unique_ptr<net::Listener>> retired_;  // transports may still hold them as their tokens
};

}  // namespace keel::server
