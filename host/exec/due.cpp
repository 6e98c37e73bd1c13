// Elements that end inside values: the type removes them, before a command names their key and in the cycle of expiry.
#include "host/exec/aside.h"
#include "keel/cpp/text.hpp"

namespace keel::exec {

using keyspace::Database;
using keyspace::Entry;

int64_t Executor::due_ms(Entry* e) const noexcept {
  keel_ref r{};
  e->describe(r);
  return keyspace.types()[e->type()]->due(&r);
}

Command& Executor::ending_of(uint16_t type) {
  std::unique_ptr<Command>& c = endings_[type];
  if (c == nullptr) {
    c = std::make_unique<Command>();
    const keel_type& table = *keyspace.types()[type];
    c->row.run = table.expire;
    c->row.flags = uint64_t{KEEL_CMD_WRITE} | kCmdSilent;
    c->name = c->owner = table.name;
    c->self = keyspace.types().self(type);
  }
  return *c;
}

bool Executor::remove_ended(Database& db, uint64_t hash, Entry* e) {
  const std::string key{e->key()};  // the entry may get another place
  const keel_str argv[] = {{key.data(), key.size()}};
  const keel_keyref keys[] = {{0, KEEL_KEY_RW | KEEL_KEY_DELETE, hash}};
  if (!nobody_) {
    nobody_ = std::make_unique<Client>(0);
    nobody_->no_touch = true;
  }
  const Aside aside(*this, no_replies_);
  client_ = nobody_.get();
  client_->db = db_index(db);
  db_ = &db;
  ctx_.argv = argv;
  ctx_.argc = 1;
  ctx_.keys = keys;
  ctx_.nkeys = 1;
  ctx_.flags = 0;
  give_cursor();
  removing_ended_ = true;
  invoke(ending_of(e->type()));
  removing_ended_ = false;
  const uint64_t gone = ctx_.dirty;
  no_replies_->reset();
  dirty += gone;
  stats.expired_elements += gone;
  return gone > 0;
}

void Executor::remove_ended_of_keys() {
  constexpr int64_t kRest = 10;  // ms
  // While clients are paused nothing changes.
  if (removing_ended_ || pause_mode_ != PauseMode::kNone) return;
  const auto is_due = [this](Entry* e) {
    if (e == nullptr || !e->due() || (e->has_expiry() && e->expire_ms() <= now_ms_)) return false;
    const int64_t at = due_ms(e);
    return at >= 0 && at <= now_ms_;
  };
  for (uint32_t i = 0; i < ctx_.nkeys; ++i) {
    const keel_keyref& k = ctx_.keys[i];
    const std::string_view key = view(ctx_.argv[k.arg]);
    Entry* e = db_->keys.find(k.hash, key);
    if (!is_due(e)) continue;
    Unfinished& last = unfinished_[k.hash % unfinished_.size()];
    if (last.hash == k.hash && now_ms_ < last.rests_until_ms) continue;
    remove_ended(*db_, k.hash, e);
    if (is_due(db_->keys.find(k.hash, key))) last = {k.hash, now_ms_ + kRest};
  }
}

}  // namespace keel::exec
