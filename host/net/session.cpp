#include "host/net/session.h"

#include <array>

#include "host/base/log.h"
#include "host/net/layer_state.h"
#include "host/net/loop_net.h"
#include "keel/cpp/text.hpp"

namespace keel::net {
namespace {

constexpr uint64_t kMostWords = INT32_MAX, kWordsBeforeAuth = 10, kBulkBeforeAuth = 16384;
constexpr size_t kRequestsPerTurn = 1024;
constexpr size_t kKeepCapacity = 4096;
constexpr size_t kMostWaiting = 256 * 1024;  // bytes of commands that wait for earlier ones before input is paused

}  // namespace

Session::Session(LoopNet& net, const keel_transport& t, std::shared_ptr<const Stack> s, keel_conn* conn, uint64_t id)
    : client(id), transport(t), stack(std::move(s)), net_(net), conn_(conn) {
  client.link = this;
  if (stack->layer != nullptr) layer_ = std::make_unique<LayerState>(stack->layer);
}

Session::~Session() {
  if (!out_) return;
  release(out_->under_way);
  release(out_->waiting);
}

void Session::limits(ParserLimits& l) const {
  l.authenticated = client.authenticated;
  l.words = l.authenticated ? kMostWords : kWordsBeforeAuth;
  l.bulk_bytes = l.authenticated ? static_cast<uint64_t>(net_.settings().proto_max_bulk_len.get()) : kBulkBeforeAuth;
}

keel_buf Session::room() noexcept {
  if (layer_ || in_turn || stalled) return {nullptr, 0};
  return parser_.room();
}

void Session::received_in_room(size_t n) {
  net_.count_input(n);
  if (!parser_.filled(n)) return shut(false);
  if (over_query_limit()) return;
  publish_traffic();
  if (parser_.room().len == 0 && !in_turn && !stalled) parse(net_.turn());
}

void Session::received(keel_str bytes) {
  net_.count_input(bytes.len);
  if (layer_) return layer_received(bytes, false);
  if (!shutting_) take(bytes);
}

void Session::ended() {
  layer_ ? layer_received({nullptr, 0}, true) : peer_finished();
}

void Session::take(keel_str bytes) {
  if (in_turn) net_.run_now();
  if (shutting_) return;
  if (const keel_buf room = parser_.room(); room.len > 0) {
    const size_t n = std::min(room.len, bytes.len);
    std::memcpy(room.ptr, bytes.ptr, n);
    if (!parser_.filled(n)) return shut(false);
    bytes = {bytes.ptr + n, bytes.len - n};
    if (parser_.room().len > 0) {
      if (bytes.len > 0) return take(bytes);  // the block has grown
      over_query_limit();
      return publish_traffic();
    }
    pending_.append(bytes.ptr, bytes.len);
  } else if (!pending_.empty() || stalled) {
    pending_.append(bytes.ptr, bytes.len);
  } else {
    input_ = bytes;
  }
  if (over_query_limit()) return;
  // Commands that wait already: the peer's turn to wait.
  if ((stalled || queued) && unread() > kMostWaiting) pause_input(true);
  if (!stalled) parse(net_.turn());
}

void Session::pause_input(bool pause) {
  if (input_paused_ == pause || close_called_) return;
  input_paused_ = pause;
  transport.rx(conn_, pause ? 0 : 1);
}

// Closes a client whose unread bytes are more than client-query-buffer-limit.
bool Session::over_query_limit() {
  // What a transaction has queued has come as bytes of this client, and waits like them.
  const size_t held = unread() + parser_.held() + client.traffic.transaction.load(std::memory_order_relaxed);
  if (held <= static_cast<size_t>(net_.settings().client_query_buffer_limit.get())) return false;
  base::log(base::LogLevel::kWarning, "Closing client that reached max query buffer length",
            {{"addr", client.remote}, {"bytes", std::to_string(held)}});
  net_.executor().stats.query_buffer_limit_disconnections.fetch_add(1, std::memory_order_relaxed);
  shut(false);
  return true;
}

bool Session::parse(exec::Turn& turn) {
  queued = false;
  if (closed || shutting_ || in_turn || stalled) return false;
  const bool own = !pending_.empty() || parser_.blob() != nullptr;
  if (own) input_ = {pending_.data() + read_, unread()};
  ParserLimits limit{};
  limits(limit);
  exec::Work work{};
  work.client = &client;
  work.session = this;
  work.first = static_cast<uint32_t>(turn.requests.size());
  size_t position = 0;
  auto status = RequestParser::Status::kCommand;
  // What a command does to the limits holds for the next one, so those who have to authenticate go step by step.
  const size_t most = client.authenticated ? kRequestsPerTurn : 1;
  const exec::CommandTable& commands = net_.executor().commands;
  while (work.count < most) {
    const auto first_word = static_cast<uint32_t>(turn.words.size());
    status = parser_.parse(input_.ptr, input_.len, position, turn.words, limit, work.count == 0);
    if (status != RequestParser::Status::kCommand) break;
    turn.add(commands, first_word, parser_.blob(), parser_.blob_word());
    turn.requests.back().end = position;
    ++work.count;
    if (parser_.blob() != nullptr) break;
  }
  parsed_ = position;
  more_to_parse_ = status == RequestParser::Status::kCommand;
  protocol_error_ = status == RequestParser::Status::kError;
  if (work.count == 0) {
    if (protocol_error_) {
      broken(nullptr);
      return false;
    }
    keep({input_.ptr + position, parser_.keep(input_.len - position)});
    publish_traffic();
    if (finished_) shut(true);
    return false;
  }
  in_turn = true;
  // What CLIENT LIST says of its own caller: the bytes of this turn are its query buffer.
  client.traffic.query_buffer.store(static_cast<uint32_t>(input_.len), std::memory_order_relaxed);
  turn.works.push_back(work);
  return true;
}

// Makes `rest`, the end of the input, all that is pending.
void Session::keep(keel_str rest) {
  const bool own = rest.ptr >= pending_.data() && rest.ptr <= pending_.data() + pending_.size();
  if (rest.len == 0) {
    pending_.capacity() > kKeepCapacity ? std::string{}.swap(pending_) : pending_.clear();
    read_ = 0;
  } else if (own && !pending_.empty()) {
    read_ = static_cast<size_t>(rest.ptr - pending_.data());
    pending_.resize(read_ + rest.len);
    if (read_ > pending_.size() / 2) {  // moved only when it pays
      pending_.erase(0, read_);
      read_ = 0;
    }
  } else {
    pending_.assign(rest.ptr, rest.len);
    read_ = 0;
  }
  input_ = {};
  if (input_paused_ && unread() <= kMostWaiting / 2) pause_input(false);
}

void Session::keep_rest(const exec::Turn& turn, const exec::Work& work) {
  in_turn = false;
  size_t consumed = parsed_;
  if (work.done < work.count) {
    consumed = work.done == 0 ? 0 : turn.requests[work.first + work.done - 1].end;
    more_to_parse_ = true;
  }
  if (work.done > 0 && turn.requests[work.first + work.done - 1].blob != nullptr) parser_.done();
  keep({input_.ptr + consumed, parser_.keep(input_.len - consumed)});
  stalled = work.stalled;
  blocked = work.blocked;
  publish_traffic();
}

void Session::finish_turn(const exec::Work& work) {
  if (protocol_error_ && work.done == work.count) return broken(nullptr);
  if (more_to_parse_ && !stalled && !pending_.empty()) return net_.wake(*this);
  if (finished_) shut(true);
}

void Session::publish_traffic() noexcept {
  auto& t = client.traffic;
  t.query_buffer.store(static_cast<uint32_t>(unread() + parser_.held()), std::memory_order_relaxed);
  t.query_buffer_free.store(static_cast<uint32_t>(pending_.empty() ? 0 : pending_.capacity() - pending_.size()),
                            std::memory_order_relaxed);
  t.partial_words.store(parser_.partial_words(), std::memory_order_relaxed);
}

// The bytes make no sense: says why, and ends the connection.
void Session::broken(const char* why) {
  std::string text = why != nullptr ? why : parser_.error();
  for (char& c : text)
    if (c == '\r' || c == '\n') c = ' ';
  base::log(base::LogLevel::kVerbose, "Protocol error from client", {{"addr", client.remote}, {"error", text}});
  net_.executor().stats.protocol_errors.fetch_add(1, std::memory_order_relaxed);
  send_text("-ERR " + text + "\r\n");
  shut(true);
}

void Session::peer_finished() {
  finished_ = true;
  if ((in_turn || queued) && !stalled) return;  // what it has sent is answered first; see finish_turn()
  shut(true);
}

void Session::push(std::string_view bytes) {
  net_.mail({this, std::string{bytes}, LoopNet::Letter::kBytes});
}

void Session::close(bool flush) {
  client.closing.store(true, std::memory_order_relaxed);
  net_.mail({this, {}, flush ? LoopNet::Letter::kShutFlushed : LoopNet::Letter::kShut});
}

void Session::resume() {
  net_.mail({this, {}, LoopNet::Letter::kResume});
}

}  // namespace keel::net
