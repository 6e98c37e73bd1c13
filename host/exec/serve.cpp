// Keys that are ready: those who wait for them are run again, first come first.
#include <vector>

#include "host/exec/aside.h"

namespace keel::exec {

void Executor::serve_ready() {
  // While clients are paused nothing changes; a transaction is whole before anybody sees it.
  if (serving_ || in_transaction_ || pause_mode_ != PauseMode::kNone) return;
  serving_ = true;
  const Aside aside(*this, woken_replies_);
  while (waits_.any_ready())
    waits_.serve_one(
        [this](const KeyRecord& k) {
          const keyspace::Entry* e = keyspace[k.db].keys.find(k.hash, k.key);
          const bool exists = e != nullptr && !(e->has_expiry() && e->expire_ms() <= now_ms_);
          return Waits::State{exists, exists ? e->type() : uint16_t{0}};
        },
        [this](KeyWait& link) {
          if (!link.wait->client->closing) run_again(link);
        });
  if (!waits_.any_keys()) interest_ &= ~kInterestWait;
  serving_ = false;
}

// What the handler writes goes to the client that waits.
void Executor::run_again(KeyWait& link) {
  Wait& w = *link.wait;
  Client& c = *w.client;
  client_ = &c;
  db_ = &keyspace[c.db];
  request_ = &w.again.request();
  ctx_.argv = w.again.argv();
  ctx_.argc = w.again.argc();
  ctx_.keys = w.again.keys();
  ctx_.nkeys = w.again.nkeys();
  ctx_.flags = (c.resp == 3 ? uint32_t{KEEL_CTX_RESP3} : 0u) | KEEL_CTX_WOKEN;
  woken_ = &link;
  waits_on_ = false;
  give_cursor();
  const ReplyBuffer::Mark mark = replies().mark();
  const uint64_t began = base::Ticks::now();
  invoke(w.again.command());
  now_ticks_ = base::Ticks::now();
  woken_ = nullptr;
  w.ticks += now_ticks_ - began;
  w.again.command().ticks += now_ticks_ - began;
  if (!waits_on_) {
    std::vector<char> reply;
    replies().copy_since(mark, reply);
    count_changes(ctx_.argv, ctx_.argc);
    end_wait(c, {reply.data(), reply.size()}, calling.failed ? WaitEnd::kFailed : WaitEnd::kServed);
  }
  replies().reset();
}

}  // namespace keel::exec
