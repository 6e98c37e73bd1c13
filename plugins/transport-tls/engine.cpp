#include "engine.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "listeners.h"

namespace keel::tls {
namespace {

constexpr size_t kRecord = 16384;  // RFC 8446 5.1: bytes in one record, at most
constexpr size_t kAround = 256;    // what a record is longer than its bytes, generously
constexpr size_t kLeast = 1280;    // room for less than that is not worth a record of its own
constexpr unsigned char kHandshakeRecord = 22, kVersionMajor = 3;
constexpr std::string_view kNotTls =
    "-ERR This port speaks TLS, and this client does not. Connect with TLS (redis-cli --tls), or to another port.\r\n";

// "host:port", "[v6]:port" or a bare host, without the port.
std::string host_of(std::string_view name) {
  if (name.starts_with('[')) return std::string{name.substr(1, name.find(']') - 1)};
  const size_t colon = name.rfind(':');
  const bool port = colon != std::string_view::npos && name.find(':') == colon;
  return std::string{port ? name.substr(0, colon) : name};
}

}  // namespace

Engine::Engine(std::shared_ptr<Context> context, bool server, std::string_view peer_name)
    : context_(std::move(context)), server_(server) {
  if (!peer_name.empty()) peer_name_ = std::make_unique<std::string>(host_of(peer_name));
}

Engine::~Engine() {
  if (state_ == KEEL_LAYER_HANDSHAKE && handshaking_) context_->counters->fail(Failure::kGone);
  end_handshake();
  // OpenSSL would forget the session of a connection that ends without goodbyes, a rule that TLS has dropped (RFC 4346
  // 7.2.1). A fatal alert has made it forget already.
  if (ssl_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  if (state_ == KEEL_LAYER_OPEN || state_ == KEEL_LAYER_EOF)
    context_->counters->open.fetch_sub(1, std::memory_order_relaxed);
}

void Engine::end_handshake() noexcept {
  if (std::exchange(handshaking_, false)) context_->counters->in_flight.fetch_sub(1, std::memory_order_relaxed);
}

// Cheaper than OpenSSL: the first bytes tell whether the peer speaks TLS at all.
bool Engine::looks_like_tls(keel_layer_io& io) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(io.net_in.ptr[i]); };
  if (byte(0) == kHandshakeRecord && (io.net_in.len < 2 || byte(1) == kVersionMajor)) return true;
  if (byte(0) >= ' ' && byte(0) < 0x7f) {  // text: RESP, an inline command, HTTP
    const size_t n = std::min(kNotTls.size(), io.net_out.len);
    std::memcpy(io.net_out.ptr, kNotTls.data(), n);
    io.net_out_used = n;
  }
  return false;
}

bool Engine::begin() {
  generation_ = context_->generation();
  ssl_.reset(SSL_new(server_ ? generation_->server.get() : generation_->client.get()));
  BIO* const bio = ssl_ ? make_engine_bio(io_) : nullptr;
  if (bio == nullptr) return false;
  SSL_set_bio(ssl_.get(), bio, bio);
  context_->counters->in_flight.fetch_add(1, std::memory_order_relaxed);
  handshaking_ = true;
  if (server_) {
    SSL_set_accept_state(ssl_.get());
    return true;
  }
  SSL_set_connect_state(ssl_.get());
  if (!peer_name_) return true;
  const char* const name = peer_name_->c_str();
  // The chain alone would let any holder of a certificate pose as the peer.
  std::array<unsigned char, 16> address;
  const bool numeric =
      ::inet_pton(AF_INET, name, address.data()) == 1 || ::inet_pton(AF_INET6, name, address.data()) == 1;
  if (numeric) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), name) == 1;
  return SSL_set1_host(ssl_.get(), name) == 1 && SSL_set_tlsext_host_name(ssl_.get(), name) == 1;
}

keel_status Engine::broken(keel_layer_io& io, Failure f, std::string words) {
  if (state_ == KEEL_LAYER_HANDSHAKE) {
    context_->counters->fail(f);
    end_handshake();
  } else if (state_ != KEEL_LAYER_BROKEN) {
    context_->counters->open.fetch_sub(1, std::memory_order_relaxed);
  }
  reason_ = std::make_unique<std::string>(std::move(words));
  io.state = state_ = KEEL_LAYER_BROKEN;
  return KEEL_E_DATA;
}

keel_status Engine::step(keel_layer_io& io) {
  io.net_in_used = io.app_out_used = io.app_in_used = io.net_out_used = 0;
  if (state_ == KEEL_LAYER_BROKEN) {
    io.state = state_;
    return KEEL_E_DATA;
  }
  if (!ssl_) {
    if (server_ && io.net_in.len == 0) {
      if (io.net_ended != 0) return broken(io, Failure::kGone, "the peer went away before it said anything");
      io.state = state_;
      return KEEL_PENDING;
    }
    if (server_ && !looks_like_tls(io)) {
      io.net_in_used = io.net_in.len;
      return broken(io, Failure::kNotTls, "what the peer sends is not TLS");
    }
    if (!begin()) return broken(io, Failure::kOther, "OpenSSL makes no connection: " + last_error());
  }
  busy_ = true;
  // What anybody has left behind on this thread would be taken for ours.
  if (ERR_peek_error() != 0) ERR_clear_error();
  io_.step = &io;
  keel_status status = KEEL_FULL;
  if (io_.flush()) {
    status = advance(io);
    if (status >= 0 && !io_.waiting.empty()) status = KEEL_FULL;
  }
  io_.step = nullptr;
  io.state = state_;
  return status;
}

keel_status Engine::advance(keel_layer_io& io) {
  if (state_ == KEEL_LAYER_HANDSHAKE)
    if (const keel_status status = handshake(io); status != KEEL_OK) return status;
  keel_status status = receive(io);
  if (status < 0) return status;
  // A reader that has no room yet does not hold up what is to be sent.
  if (const keel_status sent = send(io); sent != KEEL_OK)
    status = sent;
  else if (io.finish != 0)
    goodbye();
  return status;
}

keel_status Engine::handshake(keel_layer_io& io) {
  const int done = SSL_do_handshake(ssl_.get());
  if (done == 1) {
    Counters& c = *context_->counters;
    c.handshakes.fetch_add(1, std::memory_order_relaxed);
    if (SSL_session_reused(ssl_.get()) == 1) c.resumed.fetch_add(1, std::memory_order_relaxed);
    c.open.fetch_add(1, std::memory_order_relaxed);
    end_handshake();
    state_ = KEEL_LAYER_OPEN;
    // From now on the buffers stay while records come: recheck() gives them back.
    SSL_clear_mode(ssl_.get(), SSL_MODE_RELEASE_BUFFERS);
    return KEEL_OK;
  }
  switch (SSL_get_error(ssl_.get(), done)) {
    case SSL_ERROR_WANT_READ:
      if (io.net_ended != 0 && io.net_in_used == io.net_in.len)
        return broken(io, Failure::kGone, "the peer went away in the middle of the handshake");
      return KEEL_PENDING;
    default: {
      Reason why = reason_of(ssl_.get());
      return broken(io, why.failure, std::move(why.words));
    }
  }
}

keel_status Engine::receive(keel_layer_io& io) {
  while (state_ == KEEL_LAYER_OPEN && io.app_out_used < io.app_out.len) {
    size_t n = 0;
    if (SSL_read_ex(ssl_.get(), io.app_out.ptr + io.app_out_used, io.app_out.len - io.app_out_used, &n) == 1) {
      io.app_out_used += n;
      // Not to be told once more that there is nothing left.
      if (io.net_in_used == io.net_in.len && io.net_ended == 0 && SSL_has_pending(ssl_.get()) == 0) return KEEL_OK;
      continue;
    }
    switch (SSL_get_error(ssl_.get(), 0)) {
      case SSL_ERROR_WANT_READ:
        if (io.net_ended != 0 && io.net_in_used == io.net_in.len)
          return broken(io, Failure::kGone, "the connection was cut: the peer said no goodbye");
        return KEEL_PENDING;
      case SSL_ERROR_ZERO_RETURN:
        state_ = KEEL_LAYER_EOF;
        io.net_in_used = io.net_in.len;  // nothing may follow
        return KEEL_OK;
      default: {
        Reason why = reason_of(ssl_.get());
        return broken(io, why.failure, std::move(why.words));
      }
    }
  }
  if (state_ != KEEL_LAYER_OPEN || io.app_out.len == 0) return KEEL_OK;
  return io.net_in_used < io.net_in.len || SSL_has_pending(ssl_.get()) == 1 ? KEEL_FULL : KEEL_OK;
}

keel_status Engine::send(keel_layer_io& io) {
  while (io.app_in_used < io.app_in.len) {
    const size_t room = io.net_out.len - io.net_out_used;
    if (room < kLeast && io.net_out_used > 0) return KEEL_FULL;
    const size_t n = std::min({io.app_in.len - io.app_in_used, kRecord, std::max(room, kLeast) - kAround});
    size_t written = 0;
    if (SSL_write_ex(ssl_.get(), io.app_in.ptr + io.app_in_used, n, &written) == 1) {
      io.app_in_used += written;
      if (io_.waiting.empty()) continue;
      return KEEL_FULL;
    }
    Reason why = reason_of(ssl_.get());
    return broken(io, why.failure, std::move(why.words));
  }
  return KEEL_OK;
}

void Engine::goodbye() {
  if (std::exchange(said_goodbye_, true)) return;
  (void)SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

std::string Engine::identity() const {
  if (!ssl_) return {};
  const X509* const peer = SSL_get0_peer_certificate(ssl_.get());
  if (peer == nullptr || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return {};
  const X509_NAME* const subject = X509_get_subject_name(peer);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int n = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  if (n < 0) return {};
  std::string name(reinterpret_cast<const char*>(text), static_cast<size_t>(n));
  OPENSSL_free(text);
  return name;
}

bool Engine::verify_peer(const Generation& g) const {
  X509* const peer = SSL_get0_peer_certificate(ssl_.get());
  if (peer == nullptr) return context_->settings.auth_clients != AuthClients::kYes;
  const std::unique_ptr<X509_STORE_CTX, FreeBy<X509_STORE_CTX_free>> check{X509_STORE_CTX_new()};
  if (!check || X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(g.server.get()), peer,
                                    SSL_get_peer_cert_chain(ssl_.get())) != 1)
    return false;
  X509_STORE_CTX_set_default(check.get(), "ssl_client");
  const bool holds = X509_verify_cert(check.get()) == 1;
  ERR_clear_error();
  return holds;
}

keel_status Engine::recheck() {
  if (ssl_ && !std::exchange(busy_, false)) (void)SSL_free_buffers(ssl_.get());
  return check_trust();
}

keel_status Engine::check_trust() {
  if (!server_ || !ssl_) return KEEL_OK;
  // By the settings of now, and so that those of old are not kept for this connection alone.
  if (auto of_now = present(context_->settings.address)) context_ = std::move(of_now);
  if (!context_->settings.recheck_on_reload || context_->settings.auth_clients == AuthClients::kNo) return KEEL_OK;
  const auto now = context_->generation();
  if (now == generation_ || now->serial == checked_) return KEEL_OK;
  if (now->trust != generation_->trust && !verify_peer(*now)) {
    reason_ = std::make_unique<std::string>("the peer's certificate is not trusted any longer");
    return KEEL_E_DATA;
  }
  checked_ = now->serial;
  return KEEL_OK;
}

}  // namespace keel::tls
