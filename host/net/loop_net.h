// host/net/loop_net.h - the connections of one loop, and its turns: gather what all of them have sent, take the
// executor's role once, run it, give the role back, send the replies.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/base/blob.h"
#include "host/base/settings.h"
#include "host/exec/executor.h"
#include "host/loop/loop.h"
#include "host/net/handshake_gate.h"
#include "host/net/listener.h"
#include "host/net/session.h"

namespace keel::net {

// What the loops share.
struct NetShared {
  base::Settings& settings;
  exec::Executor& executor;
  std::atomic<int64_t> connected{0};  // without those that were refused
};

class LoopNet {
 public:
  LoopNet(loop::Loop& loop, NetShared& shared);
  ~LoopNet();
  LoopNet(const LoopNet&) = delete;
  LoopNet& operator=(const LoopNet&) = delete;

  // keel.session/1
  static const keel_sessions& table() noexcept;
  // The one of this thread. [loop]
  static LoopNet* of(keel_loop* l) noexcept;

  Session* open(const Listener& listener, keel_conn* conn, const keel_peer& peer);
  // The session has been closed by its transport: it goes at the end of the turn.
  void bury(Session& s) noexcept;
  // There is input to parse, in the next turn.
  void wake(Session& s);
  // The executor runs what the turn has so far: needed before memory that its words are views of may move.
  void run_now();
  struct Letter {  // what the executor has for a session
    Session* session;
    std::string bytes;
    enum : uint8_t { kBytes, kShut, kShutFlushed, kResume } what;
  };
  // [executor], any thread
  void mail(Letter letter);
  // Sessions that stalled may go on. [any]
  void retry_stalled();

  loop::Loop& loop() noexcept { return loop_; }
  base::Settings& settings() noexcept { return shared_.settings; }
  exec::Executor& executor() noexcept { return shared_.executor; }
  NetShared& shared() noexcept { return shared_; }
  exec::Turn& turn() noexcept { return turn_; }
  int64_t now_ms() const noexcept { return now_ms_; }
  // Room for what layers produce, valid until the end of the turn.
  keel_buf scratch() noexcept;
  void use_scratch(size_t n) noexcept { scratch_used_ += n; }
  // A block for what layers make for the peer, and back with it when nobody else uses it: one is kept.
  base::BlobUse take_layer_block() noexcept {
    return layer_block_ ? std::move(layer_block_) : base::BlobUse{base::Blob::make(kLayerBlock)};
  }
  void give_layer_block(base::BlobUse block) noexcept {
    if (!block->shared() && block->capacity() >= kLayerBlock) layer_block_ = std::move(block);
  }
  // The name that the peer of a session has proved: its client has it before its next command.
  void introduce(Session& s, std::string_view identity) { introductions_.emplace_back(&s, identity); }
  void count_input(size_t n) noexcept { input_bytes_ += n, ++reads_; }
  void count_output(size_t n) noexcept { output_bytes_ += n, ++writes_; }
  // Every so often: idle clients, limits of output. [loop]
  void cron();
  size_t sessions() const noexcept { return sessions_.size(); }
  // Closes every connection, without flushing. [loop]
  void close_all();
  HandshakeGate& gate() noexcept { return gate_; }

 private:
  static constexpr size_t kScratch = 256 * 1024;
  static constexpr size_t kLayerBlock = 16 * 1024 + 512;   // one TLS record with its frame
  static constexpr size_t kMostReplies = size_t{1} << 20;  // bytes of replies held before they are sent
  template <class Task>
  struct Own {  // a task that knows whose it is
    Task task{};
    LoopNet* self = nullptr;
  };

  void end_turn();
  void run_turn();
  void read_mail();
  void parse_waiting();
  void forget(const std::vector<Session*>& gone);
  void recheck_some();

  loop::Loop& loop_;
  NetShared& shared_;
  HandshakeGate gate_;
  exec::Turn turn_;
  std::vector<Session*> sessions_, newborn_, waiting_, stalled_, dead_;
  std::vector<std::pair<Session*, std::string>> introductions_;
  base::BlobUse layer_block_;
  std::unique_ptr<char[]> scratch_;
  size_t scratch_used_ = 0;
  uint64_t input_bytes_ = 0, output_bytes_ = 0, reads_ = 0, writes_ = 0;
  int64_t now_ms_ = 0;
  size_t recheck_at_ = 0;       // place in the list of sessions
  size_t refused_layered_ = 0;  // sessions that wait for their handshake to read a refusal
  bool ending_ = false;
  std::mutex mail_mutex_;
  std::vector<Letter> mail_;
  std::atomic<bool> has_mail_{false};
  Own<keel_timer> cron_timer_{};
  Own<keel_task> mail_task_{}, begin_task_{};
};

}  // namespace keel::net
