#include "info.h"

#include <openssl/crypto.h>

#include <ctime>
#include <string>

#include "context.h"
#include "keel/cpp/text.hpp"
#include "listeners.h"

namespace keel::tls {
namespace {

class Fields {
 public:
  explicit Fields(keel_info_sink* sink) : sink_(sink) {}
  void text(const std::string& name, Str value) { sink_->field(sink_, str(name), str(value)); }
  void number(const std::string& name, int64_t n) { text(name, std::to_string(n)); }
  void count(const std::string& name, const std::atomic<uint64_t>& n) {
    text(name, std::to_string(n.load(std::memory_order_relaxed)));
  }

 private:
  keel_info_sink* sink_;
};

void write_listener(Fields& f, const std::string& prefix, const Context& c) {
  const auto g = c.generation();
  const int64_t now = std::time(nullptr);
  f.text(prefix + "address", c.settings.address);
  f.text(prefix + "subject", g->certificate.subject);
  f.text(prefix + "issuer", g->certificate.issuer);
  f.text(prefix + "serial", g->certificate.serial);
  f.text(prefix + "sha256", g->certificate.sha256);
  f.number(prefix + "cert_expires_in_seconds", g->certificate.not_after_s - now);
  if (g->authority.at_s != 0) f.number(prefix + "ca_cert_expires_in_seconds", g->authority.at_s - now);
  if (g->revocations.at_s != 0) f.number(prefix + "crl_expires_in_seconds", g->revocations.at_s - now);
  f.number(prefix + "generation", static_cast<int64_t>(g->number));
  const Context::Last last = c.last_reload();
  f.number(prefix + "last_reload_time", last.at_s);
  f.text(prefix + "last_reload_result", last.at_s == 0 ? Str{"none"} : Str{last.result});
  const Counters& n = *c.counters;
  f.count(prefix + "connections", n.open);
  f.count(prefix + "handshakes_in_flight", n.in_flight);
  f.count(prefix + "handshakes_ok", n.handshakes);
  f.count(prefix + "sessions_resumed", n.resumed);
  for (uint32_t i = 0; i < kFailures; ++i)
    f.count(prefix + "handshakes_failed_" + std::string{name_of(static_cast<Failure>(i))}, n.failed[i]);
}

void write(void*, keel_info_sink* sink) noexcept {
  Fields f{sink};
  f.text("tls_library", OpenSSL_version(OPENSSL_VERSION));
  int64_t listeners = 0;
  each_listener([&](const Context&) { ++listeners; });
  f.number("tls_listeners", listeners);
  int64_t i = 0;
  each_listener([&](const Context& c) { write_listener(f, "tls_listener" + std::to_string(i++) + "_", c); });
}

}  // namespace

constexpr keel_info_section kInfoSection = {{sizeof(keel_info_section), 0}, "tls", write};

}  // namespace keel::tls
