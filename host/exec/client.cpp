#include "host/exec/client.h"

#include <algorithm>

#include "host/exec/transaction.h"
#include "host/exec/waits.h"

namespace keel::exec {
namespace {

bool before(const Client* c, uint64_t id) {
  return c->id < id;
}

}  // namespace

Client::Client(uint64_t client_id) noexcept : id(client_id) {}
Client::~Client() = default;

bool Client::in_multi() const noexcept {
  return transaction != nullptr && transaction->open;
}

Transaction& Client::transact() {
  if (!transaction) transaction = std::make_unique<Transaction>();
  return *transaction;
}

void Client::count_transaction() noexcept {
  traffic.transaction.store(transaction ? transaction->memory() : 0, std::memory_order_relaxed);
}

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
