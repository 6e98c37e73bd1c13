// host/net/session.h - the host's end of one connection: what has come and is not read yet, what is to be sent, and the
// client that the executor knows.  Lives on one loop.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "host/base/log.h"
#include "host/exec/client.h"
#include "host/exec/turn.h"
#include "host/net/listener.h"
#include "host/net/request_parser.h"
#include "keel/transport.h"

struct keel_session {};  // keel::net::Session, seen through the boundary

namespace keel::net {

class LoopNet;
struct HandshakePlace;

class Session final : public keel_session, public exec::ClientLink {
 public:
  Session(LoopNet& net, const keel_transport& transport, std::shared_ptr<const Stack> stack, keel_conn* conn,
          uint64_t id);
  ~Session();

  static Session& from(keel_session* s) noexcept { return *static_cast<Session*>(s); }

  exec::Client client;
  const keel_transport& transport;
  const std::shared_ptr<const Stack> stack;

  // -- bytes in: the transport's calls
  // ---------------------------------------------------------------------------------
  keel_buf room() noexcept;
  void received_in_room(size_t n);
  void received(keel_str bytes);
  void ended();  // the transport's rx_end()

  // -- a turn
  // ---------------------------------------------------------------------------------------------------------- Parses
  // what there is into the turn; true = it has work in it.
  bool parse(exec::Turn& turn);
  // After the turn: keeps what was not run. `done` of the requests that begin at `first` were run.
  void keep_rest(const exec::Turn& turn, const exec::Work& work);
  // After the replies have been sent: reports what made no sense, or goes on with the rest.
  void finish_turn(const exec::Work& work);

  // -- bytes out
  // ------------------------------------------------------------------------------------------------------- Sends the
  // pieces, or keeps them until what is under way has gone.
  void send(const exec::Piece* pieces, size_t n);
  void send_text(std::string_view text);
  void sent();  // the transport's tx_done()
  // After all that is to be sent, or at once.
  void shut(bool flush);
  bool shutting() const noexcept { return shutting_; }
  bool closed = false;   // by the transport: nothing of it may be called
  bool in_turn = false;  // has work in this turn
  bool stalled = false;  // waits until the executor lets it go on
  bool blocked = false;  // ... with this session alone, not with all that stalled
  bool queued = false;   // is in the list of those with more to parse
  bool refused = false;  // over maxclients: only reads why
  uint32_t slot = 0;     // place in the loop's list of sessions

  // -- exec::ClientLink [executor]
  // -------------------------------------------------------------------------------------
  void push(std::string_view bytes) override;
  void close(bool flush) override;
  void resume() override;

  // Bytes that wait to be sent, and limits on them. Closes it when they are passed.
  size_t output_bytes() const noexcept;
  void check_output_limits(int64_t now_ms);
  void publish_traffic() noexcept;

  // -- the handshake of its layer
  // --------------------------------------------------------------------------------------
  bool layered() const noexcept { return layer_ != nullptr; }
  HandshakePlace* handshake_place() const noexcept;  // nullptr = it has no layer
  bool handshake_overdue(int64_t now_ms) const noexcept;
  bool said_nothing() const noexcept;
  // What it has sent first goes to its layer now: others had to end before.
  void begin_late();
  // Its handshake has failed, for this reason: closes it.
  void give_up(std::string_view why);
  // The transport has closed it.
  void connection_lost();
  // Closes it when its layer says that what the peer has proved holds no longer.
  void recheck();

 private:
  struct Out {                                    // exists while something waits
    std::vector<exec::Piece> under_way, waiting;  // every block is used
    size_t bytes = 0;                             // of both
    int64_t soft_since_ms = 0;
  };
  struct LayerState;
  class Outgoing;

  void peer_finished();
  void take(keel_str bytes);
  void keep(keel_str rest);
  bool over_query_limit();
  size_t unread() const noexcept { return pending_.size() - read_; }
  void transmit(const exec::Piece* pieces, size_t n);
  void end_for_output(size_t bytes);
  void transmit_waiting();
  void hold(std::vector<exec::Piece>& to, const exec::Piece* pieces, size_t n);
  static void release(std::vector<exec::Piece>& pieces) noexcept;
  void pause_input(bool pause);
  void layer_received(keel_str bytes, bool ended);
  void layer_send(const exec::Piece* pieces, size_t n);
  void layer_go_on();
  bool layer_finish(bool flush);
  void step_layer(keel_str& in, bool ended, bool incoming);
  void introduce();
  bool layer_begun(keel_str bytes, bool ended);
  bool open_layer();
  void handshake_failed(base::LogLevel level, std::string_view why);
  std::string layer_reason() const;
  void publish_output() noexcept;
  void limits(ParserLimits& l) const;
  void broken(const char* why);

  LoopNet& net_;
  keel_conn* conn_;
  RequestParser parser_;
  keel_str input_{};     // bytes of this turn, in memory that the loop owns
  size_t parsed_ = 0;    // of the input, by commands that are in the turn
  std::string pending_;  // bytes of earlier turns, from read_ on
  size_t read_ = 0;
  std::unique_ptr<Out> out_;
  std::unique_ptr<LayerState> layer_;
  bool tx_busy_ = false;
  bool shutting_ = false, flush_ = false, close_called_ = false;
  bool input_paused_ = false, protocol_error_ = false, finished_ = false, more_to_parse_ = false;
};

}  // namespace keel::net
