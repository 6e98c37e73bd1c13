#include "host/server/listeners.h"

#include <algorithm>
#include <functional>

#include "host/base/log.h"
#include "keel/cpp/text.hpp"

namespace keel::server {
namespace {

// Settings that the host itself gives every listener with a layer.
constexpr const char* kHandshakeTimeout = "handshake-timeout";
constexpr const char* kMaxHandshakes = "max-handshakes";
constexpr keel_option kLayerSettings[] = {
    {kHandshakeTimeout, "10", "seconds that a new connection may take until it is open; 0 = any time",
     KEEL_OPTION_INTEGER, 0, 0, 3600, nullptr, nullptr},
    {kMaxHandshakes, "1000", "handshakes at the same time; other connections wait", KEEL_OPTION_INTEGER, 0, 1,
     1'000'000, nullptr, nullptr},
    {}};

std::string text_of(const keel_error& e) {
  return std::string{e.text, e.len};
}

std::string title(const config::Listener& l) {
  return "listener " + l.scheme + " " + l.address;
}

// Runs f when every loop from the n-th on has done what it was told before.
void after_each(const std::vector<loop::Loop*>& loops, size_t n, std::function<void()> f) {
  if (n >= loops.size()) return f();
  loops[n]->post([loops, n, f = std::move(f)] { after_each(loops, n + 1, f); });
}

}  // namespace

struct Listeners::Plan {
  const config::Listener* wanted = nullptr;
  const keel_transport* transport = nullptr;
  void* transport_self = nullptr;
  const keel_layer* layer = nullptr;
  void* layer_self = nullptr;
  Pairs settings;                       // every one
  std::string layer_words;              // those that the stack depends on
  std::shared_ptr<net::Stack> stack{};  // when it is a new one
  net::Listener* kept = nullptr;
  net::Listener* listener = nullptr;  // kept, or new

  std::vector<keel_pair> pairs() const {
    std::vector<keel_pair> out;
    for (const auto& [name, value] : settings) out.push_back({keel::str(name), keel::str(value)});
    return out;
  }
  keel_status configure(void** context, keel_error& error) const {
    auto all = pairs();
    all.push_back({keel::str("address"), keel::str(wanted->address)});
    return layer->configure(layer_self, all.data(), static_cast<uint32_t>(all.size()), context, &error);
  }
};

std::string Listeners::plan(const config::Listener& wanted, Plan& out) const {
  const auto lookup = [&](const char* id, std::string_view name) -> const plugin::ExtensionEntry* {
    for (const auto& e : registry_.extensions()) {
      if (e.id != id) continue;
      const char* has = e.id == KEEL_TRANSPORT ? static_cast<const keel_transport*>(e.table)->name
                                               : static_cast<const keel_layer*>(e.table)->name;
      if (name == has) return &e;
    }
    return nullptr;
  };
  out.wanted = &wanted;
  std::string below = wanted.scheme;
  if (const auto* layer = lookup(KEEL_LAYER, wanted.scheme); layer != nullptr) {
    out.layer = static_cast<const keel_layer*>(layer->table);
    out.layer_self = layer->self;
    below = !wanted.over.empty() ? wanted.over : out.layer->below != nullptr ? out.layer->below : "tcp";
  }
  const auto* transport = lookup(KEEL_TRANSPORT, below);
  if (transport == nullptr)
    return title(wanted) + " needs a plugin that provides transport:" + below + " or layer:" + below +
           "; install it (usually 'transport-" + below + "') and add it to plugins";
  out.transport = static_cast<const keel_transport*>(transport->table);
  out.transport_self = transport->self;

  std::string error;
  std::vector<const keel_option*> tables{out.transport->listener_options};
  if (out.layer != nullptr) tables.insert(tables.end(), {out.layer->listener_options, kLayerSettings});
  if (!configuration_.listener_settings(wanted, tables, out.settings, error)) return error;
  size_t of_transport = 0;
  for (const auto* row = tables[0]; row != nullptr && row->name != nullptr; ++row) ++of_transport;
  out.layer_words = wanted.scheme;
  for (size_t i = of_transport; i < out.settings.size(); ++i)
    out.layer_words.append(1, '\0').append(out.settings[i].first).append(1, '\0').append(out.settings[i].second);
  return {};
}

std::string Listeners::check(const config::Listener& wanted) const {
  Plan p;
  if (std::string e = plan(wanted, p); !e.empty()) return e;
  const auto pairs = p.pairs();
  const auto n = static_cast<uint32_t>(pairs.size());
  keel_error error{};
  if (p.layer != nullptr && p.configure(nullptr, error) != KEEL_OK) return title(wanted) + ": " + text_of(error);
  if (p.transport->listen(p.transport_self, keel::str(wanted.address), pairs.data(), n, nullptr, &error) != KEEL_OK)
    return wanted.optional ? std::string{} : title(wanted) + ": " + text_of(error);
  return {};
}

std::string Listeners::make_stack(Plan& p, std::string& layer_says) {
  p.stack = std::make_shared<net::Stack>(p.wanted->scheme, p.layer_words, p.wanted->address);
  if (p.layer == nullptr) return {};
  keel_error error{};
  if (p.configure(&p.stack->context, error) != KEEL_OK) {
    layer_says = text_of(error);
    return title(*p.wanted) + ": " + layer_says;
  }
  p.stack->layer = p.layer;
  for (const auto& [name, value] : p.settings) {
    if (name == kHandshakeTimeout) p.stack->handshake_ms = keel::parse_integer(value).value_or(0) * 1000;
    if (name == kMaxHandshakes) p.stack->handshakes.most = keel::parse_integer(value).value_or(1);
  }
  return {};
}

// One that serves there, or does so again because its end has not come yet.
net::Listener* Listeners::serving(const keel_transport* transport, const std::string& address,
                                  std::vector<net::Listener*>& taken_back) {
  const auto there = [&](const auto& l) { return l->transport == transport && l->wanted_address == address; };
  if (const auto at = std::find_if(all_.begin(), all_.end(), there); at != all_.end()) return at->get();
  for (auto& l : retired_) {
    using State = net::Listener::State;
    if (!there(l) || !l->turn(State::kLeaves, State::kServes)) continue;
    taken_back.push_back(l.get());
    all_.push_back(std::move(l));
    std::erase(retired_, nullptr);
    return taken_back.back();
  }
  return nullptr;
}

void Listeners::retire(const std::vector<net::Listener*>& leaving, const std::vector<net::Listener*>& coming,
                       const std::vector<loop::Loop*>& loops) {
  using State = net::Listener::State;
  for (net::Listener* l : leaving) {
    l->state = State::kLeaves;
    const auto at = std::find_if(all_.begin(), all_.end(), [&](const auto& one) { return one.get() == l; });
    retired_.push_back(std::move(*at));
    all_.erase(at);
  }
  loops[0]->post([this, leaving, coming, loops] {
    std::vector<net::Listener*> gone;
    for (net::Listener* l : leaving) {
      if (!l->turn(State::kLeaves, State::kGone)) continue;
      l->transport->shut(l->handle);
      gone.push_back(l);
    }
    for (net::Listener* l : coming)
      if (l->transport->serve(l->handle, loops[0], l) != KEEL_OK)
        base::log(base::LogLevel::kWarning, "Listener cannot accept", {{"address", l->address}});
    if (on_left && !leaving.empty()) on_left(leaving);
    // Connections on their way are tasks of their loops already, so they come before these.
    after_each(loops, 1, [gone] {
      for (net::Listener* l : gone) l->set_stack(nullptr);
    });
  });
}

std::string Listeners::open(const std::vector<config::Listener>& wanted, const std::vector<loop::Loop*>& loops,
                            Details* details) {
  std::vector<Plan> plans;
  std::vector<std::unique_ptr<net::Listener>> opened;
  std::vector<net::Listener*> taken_back;
  std::string failure, refusal;
  for (const auto& w : wanted) {
    Plan p;
    if (failure = plan(w, p); !failure.empty()) break;
    p.kept = serving(p.transport, w.address, taken_back);
    if (p.kept != nullptr &&
        std::any_of(plans.begin(), plans.end(), [&](const Plan& other) { return other.kept == p.kept; })) {
      failure = title(w) + ": another listener has this address";
      break;
    }
    const bool new_stack =
        p.kept == nullptr || p.kept->stack()->layer != p.layer || p.kept->stack()->words != p.layer_words;
    if (new_stack)
      if (failure = make_stack(p, refusal); !failure.empty()) break;
    if (p.kept == nullptr) {
      auto l = std::make_unique<net::Listener>();
      l->wanted_address = w.address;
      l->transport = p.transport;
      const auto pairs = p.pairs();
      keel_error error{};
      if (p.transport->listen(p.transport_self, keel::str(w.address), pairs.data(), static_cast<uint32_t>(pairs.size()),
                              &l->handle, &error) != KEEL_OK) {
        if (w.optional) continue;  // an address that this machine does not have
        failure = title(w) + ": " + text_of(error);
        break;
      }
      l->address = keel::view(p.transport->address(l->handle));
      l->set_stack(std::move(p.stack));
      p.listener = l.get();
      opened.push_back(std::move(l));
    }
    plans.push_back(std::move(p));
  }
  if (!failure.empty()) {
    for (auto& l : opened) l->transport->shut(l->handle);
    if (!taken_back.empty()) retire(taken_back, {}, loops);
    if (details != nullptr) details->layer_says = refusal;
    return failure;
  }

  for (Plan& p : plans) {
    if (p.kept == nullptr) continue;
    p.listener = p.kept;
    if (p.stack != nullptr) p.kept->set_stack(std::move(p.stack));
    const auto pairs = p.pairs();
    keel_error error{};
    if (p.transport->reconfigure != nullptr &&
        p.transport->reconfigure(p.kept->handle, pairs.data(), static_cast<uint32_t>(pairs.size()), &error) != KEEL_OK)
      base::log(base::LogLevel::kWarning, "A listener does not take its new settings",
                {{"address", p.kept->address}, {"reason", text_of(error)}});
  }
  std::vector<net::Listener*> coming, leaving;
  for (const auto& l : all_)
    if (std::none_of(plans.begin(), plans.end(), [&](const Plan& p) { return p.kept == l.get(); }))
      leaving.push_back(l.get());
  for (auto& l : opened) {
    coming.push_back(l.get());
    all_.push_back(std::move(l));
  }
  retire(leaving, coming, loops);
  if (details != nullptr) details->leaving.assign(leaving.begin(), leaving.end());
  // In the order in which they are wanted, which is the one that INFO shows.
  const auto place = [&](const std::unique_ptr<net::Listener>& l) {
    return std::find_if(plans.begin(), plans.end(), [&](const Plan& p) { return p.listener == l.get(); });
  };
  std::sort(all_.begin(), all_.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return {};
}

void Listeners::shut() {
  for (auto& l : all_) {
    l->transport->shut(l->handle);
    l->set_stack(nullptr);
    retired_.push_back(std::move(l));
  }
  all_.clear();
}

}  // namespace keel::server
