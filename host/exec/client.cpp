#include "host/exec/client.h"

#include <algorithm>

namespace keel::exec {
namespace {

bool before(const Client* c, uint64_t id) {
  return c->id < id;
}

}  // namespace

void Clients::add(Client* c) {
  all_.insert(std::lower_bound(all_.begin(), all_.end(), c->id, before), c);
}

void Clients::remove(Client* c) noexcept {
  const auto at = std::lower_bound(all_.begin(), all_.end(), c->id, before);
  if (at != all_.end() && *at == c) all_.erase(at);
}

Client* Clients::find(uint64_t id) const noexcept {
  const auto at = std::lower_bound(all_.begin(), all_.end(), id, before);
  return at != all_.end() && (*at)->id == id ? *at : nullptr;
}

}  // namespace keel::exec
