#include "host/net/loop_net.h"

#include <algorithm>

#include "host/base/clock.h"
#include "host/base/log.h"

namespace keel::net {
namespace {

thread_local LoopNet* t_net = nullptr;
constexpr int64_t kCronNs = 100'000'000;
constexpr size_t kRoundsOfRecheck = 10;  // until everybody has been asked: a second, unless there are very many
constexpr size_t kMostRechecked = 300;   // in one round
// Whoever comes over maxclients through a layer costs a handshake before it reads why: that many may.
constexpr size_t kMostRefusedLayered = 32;
constexpr std::string_view kTooManyClients = "-ERR max number of clients reached\r\n";
constexpr std::string_view kProtectedMode =
    "-DENIED Keel is running in protected mode because protected mode is enabled and no password is set for the "
    "default "
    "user. In this mode connections are only accepted from the loopback interface. If you want to connect from "
    "external "
    "computers, you may adopt one of the following solutions: 1) Disable protected mode by sending the command 'CONFIG "
    "SET protected-mode no' from the loopback interface, after making sure that the server is not publicly accessible "
    "from the internet. 2) Set protected-mode to no in the configuration file, or on the command line with "
    "'--protected-mode no'. 3) Set a password for the default user (requirepass). NOTE: You only need to do one of the "
    "above things in order for the server to start accepting connections from the outside.\r\n";

}  // namespace

LoopNet* LoopNet::of(keel_loop*) noexcept {
  return t_net;
}

LoopNet::LoopNet(loop::Loop& l, NetShared& shared) : loop_(l), shared_(shared), gate_(l) {
  loop_.at_turn_end([](void* self) { static_cast<LoopNet*>(self)->end_turn(); }, this);
  mail_task_.self = this;
  mail_task_.task.run = [](keel_task* t) noexcept {
    LoopNet* self = reinterpret_cast<Own<keel_task>*>(t)->self;
    self->has_mail_.store(false);
    self->read_mail();
  };
  cron_timer_.self = this;
  cron_timer_.task.task.run = [](keel_task* t) noexcept { reinterpret_cast<Own<keel_timer>*>(t)->self->cron(); };
  begin_task_.self = this;
  begin_task_.task.run = [](keel_task* t) noexcept {
    t_net = reinterpret_cast<Own<keel_task>*>(t)->self;
    t_net->cron();
  };
  loop_.post(&begin_task_.task);
}

LoopNet::~LoopNet() {
  for (Session* s : dead_) delete s;
  for (Session* s : sessions_) delete s;
}

keel_buf LoopNet::scratch() noexcept {
  constexpr size_t kLeast = 16 * 1024;
  if (!scratch_) scratch_.reset(new char[kScratch]);
  if (kScratch - scratch_used_ < kLeast) {
    run_now();
    scratch_used_ = 0;
  }
  return {scratch_.get() + scratch_used_, kScratch - scratch_used_};
}

Session* LoopNet::open(const Listener& listener, keel_conn* conn, const keel_peer& peer) {
  auto& x = shared_.executor;
  std::shared_ptr<const Stack> stack = listener.stack();
  if (stack == nullptr) return nullptr;  // it has gone since it accepted the connection
  const bool refused = shared_.connected.fetch_add(1, std::memory_order_relaxed) >= settings().maxclients;
  if (refused) {
    shared_.connected.fetch_sub(1, std::memory_order_relaxed);
    x.stats.rejected_connections.fetch_add(1, std::memory_order_relaxed);
    if (stack->layer != nullptr && refused_layered_ >= kMostRefusedLayered) return nullptr;
  }
  auto* s = new Session(*this, *listener.transport, std::move(stack), conn, x.clients.next_id());
  exec::Client& c = s->client;
  c.remote.assign(peer.remote.ptr, peer.remote.len);
  c.local_address.assign(peer.local.ptr, peer.local.len);
  c.fd = peer.fd;
  c.loop = loop_.index();
  c.local = (peer.flags & KEEL_PEER_LOCAL) != 0;
  c.unix_socket = std::string_view{listener.transport->name} == "unix";
  c.transport = s->stack->scheme.c_str();
  if (peer.identity.len > 0) c.named().identity.assign(peer.identity.ptr, peer.identity.len);
  c.created_ms = base::unix_ms();
  c.active_ms.store(c.created_ms, std::memory_order_relaxed);
  c.authenticate(!settings().has_requirepass);
  s->slot = static_cast<uint32_t>(sessions_.size());
  sessions_.push_back(s);
  if (refused) {
    s->refused = true;
    if (s->layered()) ++refused_layered_;
    s->send_text(kTooManyClients);
    s->shut(true);
    return s;
  }
  x.stats.connections.fetch_add(1, std::memory_order_relaxed);
  newborn_.push_back(s);
  if (settings().protected_mode && !settings().has_requirepass && !c.local) {
    x.stats.rejected_connections.fetch_add(1, std::memory_order_relaxed);
    s->send_text(kProtectedMode);
    s->shut(true);
  }
  return s;
}

void LoopNet::bury(Session& s) noexcept {
  s.connection_lost();
  if (s.refused && s.layered()) --refused_layered_;
  s.closed = true;
  s.client.closing.store(true, std::memory_order_relaxed);
  sessions_[s.slot] = sessions_.back();
  sessions_[s.slot]->slot = s.slot;
  sessions_.pop_back();
  if (s.queued) std::erase(waiting_, &s);
  if (s.stalled && !s.blocked) std::erase(stalled_, &s);
  dead_.push_back(&s);
}

void LoopNet::wake(Session& s) {
  if (s.queued || s.closed) return;
  s.queued = true;
  waiting_.push_back(&s);
  loop_.again();
}

void LoopNet::end_turn() {
  if (!waiting_.empty()) {
    std::vector<Session*> waiting;
    waiting.swap(waiting_);
    for (Session* s : waiting) s->parse(turn_);
  }
  if (!turn_.works.empty() || !newborn_.empty() || !dead_.empty() || !introductions_.empty()) run_turn();
  scratch_used_ = 0;
}

void LoopNet::run_now() {
  if (!turn_.works.empty()) run_turn();
}

void LoopNet::run_turn() {
  auto& x = shared_.executor;
  size_t sent = 0;
  std::vector<Session*> gone;
  gone.swap(dead_);  // one that closes from here on goes in the next turn
  do {
    x.role.acquire();
    now_ms_ = x.now_ms();
    if (has_mail_.load(std::memory_order_relaxed)) read_mail();  // what was pushed before goes before these replies
    for (Session* s : newborn_) x.clients.add(&s->client);
    newborn_.clear();
    for (const auto& [s, identity] : introductions_) s->client.named().identity = identity;
    introductions_.clear();
    const size_t ran = x.run(turn_, sent, kMostReplies);
    if (sent == 0) {
      for (Session* s : gone) {
        if (s->refused) continue;
        x.remove_client(s->client);
        shared_.connected.fetch_sub(1, std::memory_order_relaxed);
      }
      auto add = [](std::atomic<uint64_t>& to, uint64_t& n) {
        to.store(to.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
        n = 0;
      };
      add(x.stats.input_bytes, input_bytes_);
      add(x.stats.output_bytes, output_bytes_);
      add(x.stats.reads, reads_);
      add(x.stats.writes, writes_);
    }
    x.role.release();
    for (; sent < ran; ++sent) {
      const exec::Work& work = turn_.works[sent];
      auto& s = *static_cast<Session*>(work.session);
      const bool killed = s.client.closing.load(std::memory_order_relaxed) && !s.client.close_after_reply;
      s.keep_rest(turn_, work);
      if (!killed) s.send(turn_.replies.pieces().data() + work.first_piece, work.last_piece - work.first_piece);
      if (s.closed) continue;
      s.finish_turn(work);
      if (s.client.close_after_reply)
        s.shut(true);
      else if (s.stalled && !s.blocked)
        stalled_.push_back(&s);
    }
    if (sent < turn_.works.size()) turn_.replies.reset();
  } while (sent < turn_.works.size());
  turn_.clear();
  if (!gone.empty()) forget(gone);
}

void LoopNet::forget(const std::vector<Session*>& gone) {
  {
    // The executor knows them no more, so no other letters for them can come.
    const std::lock_guard lock{mail_mutex_};
    std::erase_if(mail_, [](const Letter& l) { return l.session->closed; });
  }
  for (const Session* s : gone) delete s;
  if (!dead_.empty()) loop_.again();
}

void LoopNet::mail(Letter letter) {
  {
    const std::lock_guard lock{mail_mutex_};
    mail_.push_back(std::move(letter));
  }
  if (!has_mail_.exchange(true)) loop_.post(&mail_task_.task);
}

void LoopNet::read_mail() {
  std::vector<Letter> letters;
  {
    const std::lock_guard lock{mail_mutex_};
    letters.swap(mail_);
  }
  for (Letter& l : letters) {
    Session* s = l.session;
    if (s->closed) continue;
    switch (l.what) {
      case Letter::kBytes:
        s->send_text(l.bytes);
        break;
      case Letter::kShut:
        s->shut(false);
        break;
      case Letter::kShutFlushed:
        s->shut(true);
        break;
      case Letter::kResume:
        s->stalled = s->blocked = false;
        wake(*s);
        break;
    }
  }
}

void LoopNet::retry_stalled() {
  loop_.post([this] {
    std::vector<Session*> stalled;
    stalled.swap(stalled_);
    for (Session* s : stalled) {
      s->stalled = false;
      wake(*s);
    }
  });
}

void LoopNet::cron() {
  loop_.timer(&cron_timer_.task, base::monotonic_ns() + kCronNs);
  const int64_t now = base::unix_ms();
  now_ms_ = now;
  const int64_t timeout = settings().timeout * 1000;
  for (size_t i = 0; i < sessions_.size(); ++i) {
    Session& s = *sessions_[i];
    if (s.output_bytes() > 0) s.check_output_limits(now);
    if (s.handshake_overdue(now)) {
      const std::string seconds = std::to_string(s.stack->handshake_ms / 1000);
      s.give_up((s.said_nothing() ? "the peer said nothing for " : "it took longer than ") + seconds + " seconds");
    }
    if (timeout > 0 && !s.client.monitor && !s.stalled &&
        now - s.client.active_ms.load(std::memory_order_relaxed) > timeout) {
      base::log(base::LogLevel::kVerbose, "Closing idle client", {{"addr", s.client.remote}});
      s.shut(false);
    }
  }
  gate_.make_room(now);
  recheck_some();
}

// Each at most once in a round, and so often that everybody is asked within a second while there are not too many.
void LoopNet::recheck_some() {
  const size_t n = std::min((sessions_.size() + kRoundsOfRecheck - 1) / kRoundsOfRecheck, kMostRechecked);
  for (size_t i = 0; i < n; ++i) {
    if (recheck_at_ >= sessions_.size()) recheck_at_ = 0;
    sessions_[recheck_at_++]->recheck();
  }
}

void LoopNet::close_all() {
  const std::vector<Session*> all = sessions_;
  for (Session* s : all) s->shut(false);
}

}  // namespace keel::net
