#include "host/server/listeners.h"

#include <algorithm>

#include "host/base/log.h"

namespace keel::server {
namespace {

std::vector<keel_pair> pairs_of(const std::vector<std::pair<std::string, std::string>>& settings) {
  std::vector<keel_pair> out;
  for (const auto& [name, value] : settings) out.push_back({{name.data(), name.size()}, {value.data(), value.size()}});
  return out;
}

std::string text_of(const keel_error& e) {
  return std::string{e.text, e.len};
}

std::string title(const config::Listener& l) {
  return "listener " + l.scheme + " " + l.address;
}

}  // namespace

std::string Listeners::find(const config::Listener& wanted, Found& found) const {
  auto lookup = [&](const char* id, std::string_view name) -> const plugin::ExtensionEntry* {
    for (const auto& e : registry_.extensions()) {
      if (e.id != id) continue;
      const char* has = e.id == KEEL_TRANSPORT ? static_cast<const keel_transport*>(e.table)->name
                                               : static_cast<const keel_layer*>(e.table)->name;
      if (name == has) return &e;
    }
    return nullptr;
  };
  std::string below = wanted.scheme;
  if (const auto* layer = lookup(KEEL_LAYER, wanted.scheme); layer != nullptr) {
    found.layer = static_cast<const keel_layer*>(layer->table);
    found.layer_self = layer->self;
    below = !wanted.over.empty() ? wanted.over : found.layer->below != nullptr ? found.layer->below : "tcp";
  }
  const auto* transport = lookup(KEEL_TRANSPORT, below);
  if (transport == nullptr)
    return title(wanted) + " needs a plugin that provides transport:" + below + " or layer:" + below +
           "; install it (usually 'transport-" + below + "') and add it to plugins";
  found.transport = static_cast<const keel_transport*>(transport->table);
  found.transport_self = transport->self;
  return {};
}

std::string Listeners::settings(const config::Listener& wanted, const Found& found,
                                std::vector<std::pair<std::string, std::string>>& out) const {
  std::string error;
  std::vector<const keel_option*> tables{found.transport->listener_options};
  if (found.layer != nullptr) tables.push_back(found.layer->listener_options);
  return configuration_.listener_settings(wanted, tables, out, error) ? std::string{} : error;
}

std::string Listeners::check(const config::Listener& wanted) const {
  Found found;
  if (std::string e = find(wanted, found); !e.empty()) return e;
  std::vector<std::pair<std::string, std::string>> values;
  if (std::string e = settings(wanted, found, values); !e.empty()) return e;
  const auto pairs = pairs_of(values);
  const auto n = static_cast<uint32_t>(pairs.size());
  keel_error error{};
  if (found.layer != nullptr && found.layer->configure != nullptr &&
      found.layer->configure(found.layer_self, pairs.data(), n, nullptr, &error) != KEEL_OK)
    return title(wanted) + ": " + text_of(error);
  if (found.transport->listen(found.transport_self, {wanted.address.data(), wanted.address.size()}, pairs.data(), n,
                              nullptr, &error) != KEEL_OK)
    return wanted.optional ? std::string{} : title(wanted) + ": " + text_of(error);
  return {};
}

std::string Listeners::open(const std::vector<config::Listener>& wanted, loop::Loop& loop) {
  std::vector<std::unique_ptr<net::Listener>> opened;
  std::vector<net::Listener*> kept;
  std::string failure;
  for (const auto& w : wanted) {
    const auto same = std::find_if(all_.begin(), all_.end(), [&](const auto& l) {
      return l->scheme == w.scheme && l->wanted_address == w.address;
    });
    if (same != all_.end()) {
      kept.push_back(same->get());
      continue;
    }
    Found found;
    std::vector<std::pair<std::string, std::string>> values;
    if (failure = find(w, found); !failure.empty()) break;
    if (failure = settings(w, found, values); !failure.empty()) break;
    const auto pairs = pairs_of(values);
    const auto n = static_cast<uint32_t>(pairs.size());
    auto l = std::make_unique<net::Listener>();
    l->scheme = w.scheme;
    l->wanted_address = w.address;
    l->transport = found.transport;
    l->transport_self = found.transport_self;
    l->layer = found.layer;
    keel_error error{};
    if (found.layer != nullptr && found.layer->configure != nullptr &&
        found.layer->configure(found.layer_self, pairs.data(), n, &l->layer_context, &error) != KEEL_OK) {
      failure = title(w) + ": " + text_of(error);
      break;
    }
    if (found.transport->listen(found.transport_self, {w.address.data(), w.address.size()}, pairs.data(), n, &l->handle,
                                &error) != KEEL_OK) {
      if (w.optional) continue;  // an address that this machine does not have
      failure = title(w) + ": " + text_of(error);
      break;
    }
    const keel_str bound = found.transport->address(l->handle);
    l->address.assign(bound.ptr, bound.len);
    opened.push_back(std::move(l));
  }
  if (!failure.empty()) {
    for (auto& l : opened) l->transport->shut(l->handle);
    return failure;
  }
  std::vector<net::Listener*> to_serve, to_shut;
  for (auto& l : opened) to_serve.push_back(l.get());
  for (auto& l : all_) {
    const bool keep = std::find(kept.begin(), kept.end(), l.get()) != kept.end();
    if (!keep) to_shut.push_back(l.get());
    (keep ? opened : retired_).push_back(std::move(l));
  }
  all_ = std::move(opened);
  loop.post([to_serve, to_shut, &loop] {
    for (net::Listener* l : to_shut) l->transport->shut(l->handle);
    for (net::Listener* l : to_serve)
      if (l->transport->serve(l->handle, &loop, l) != KEEL_OK)
        base::log(base::LogLevel::kWarning, "Listener cannot accept", {{"address", l->address}});
  });
  return {};
}

void Listeners::shut() {
  for (auto& l : all_) {
    l->transport->shut(l->handle);
    retired_.push_back(std::move(l));
  }
  all_.clear();
}

}  // namespace keel::server
