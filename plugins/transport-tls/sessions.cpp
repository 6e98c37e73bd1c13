#include "sessions.h"

namespace keel::tls {
namespace {

std::string id_of(const SSL_SESSION* session) {
  unsigned int n = 0;
  const unsigned char* const p = SSL_SESSION_get_id(session, &n);
  return {reinterpret_cast<const char*>(p), n};
}

}  // namespace

void Sessions::use(SSL_CTX* context) {
  attach(context, this);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  SSL_CTX_sess_set_new_cb(context, on_new);
  SSL_CTX_sess_set_get_cb(context, on_find);
  SSL_CTX_sess_set_remove_cb(context, on_remove);
}

int Sessions::on_new(SSL* ssl, SSL_SESSION* session) {
  constexpr int kOursNow = 1;
  attached<Sessions>(SSL_get_SSL_CTX(ssl)).add(session);
  return kOursNow;
}

SSL_SESSION* Sessions::on_find(SSL* ssl, const unsigned char* id, int length, int* copy) {
  *copy = 0;  // find() has added a use for the caller
  return attached<Sessions>(SSL_get_SSL_CTX(ssl))
      .find({reinterpret_cast<const char*>(id), static_cast<size_t>(length)});
}

void Sessions::on_remove(SSL_CTX* context, SSL_SESSION* session) {
  attached<Sessions>(context).remove(id_of(session));
}

void Sessions::add(SSL_SESSION* session) {
  Order gone;
  const std::lock_guard lock{mutex_};
  const auto at = order_.insert(order_.end(), Kept{id_of(session), SessionHandle{session}});
  const auto [place, fresh] = by_id_.try_emplace(at->id, at);
  if (!fresh) {
    gone.splice(gone.end(), order_, place->second);
    place->second = at;
  }
  keep_to_most(gone);
}

SSL_SESSION* Sessions::find(const std::string& id) {
  const std::lock_guard lock{mutex_};
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return nullptr;
  SSL_SESSION* const session = at->second->session.get();
  // A session that is resumed is not verified anew.
  const X509* const peer = SSL_SESSION_get0_peer(session);
  if (peer != nullptr && X509_cmp_current_time(X509_get0_notAfter(peer)) <= 0) return nullptr;
  SSL_SESSION_up_ref(session);
  return session;
}

void Sessions::remove(const std::string& id) {
  Order gone;
  const std::lock_guard lock{mutex_};
  const auto at = by_id_.find(id);
  if (at == by_id_.end()) return;
  gone.splice(gone.end(), order_, at->second);
  by_id_.erase(at);
}

void Sessions::most(size_t sessions) {
  Order gone;
  const std::lock_guard lock{mutex_};
  most_ = sessions;
  keep_to_most(gone);
}

void Sessions::clear() {
  Order gone;
  const std::lock_guard lock{mutex_};
  while (!order_.empty()) drop_first(gone);
}

void Sessions::sweep(int64_t now_s) {
  Order gone;
  const std::lock_guard lock{mutex_};
  // One lifetime for all, but for a change of it: then a few stay until those before them go.
  while (!order_.empty()) {
    const SSL_SESSION* const first = order_.front().session.get();
    if (SSL_SESSION_get_time(first) + SSL_SESSION_get_timeout(first) >= now_s) return;
    drop_first(gone);
  }
}

void Sessions::drop_first(Order& gone) {
  by_id_.erase(order_.front().id);
  gone.splice(gone.end(), order_, order_.begin());
}

void Sessions::keep_to_most(Order& gone) {
  while (most_ != 0 && order_.size() > most_) drop_first(gone);
}

}  // namespace keel::tls
