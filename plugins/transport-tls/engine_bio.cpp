#include "engine_bio.h"

#include <algorithm>
#include <cstring>

namespace keel::tls {
namespace {

EngineIo& io_of(BIO* bio) {
  return *static_cast<EngineIo*>(BIO_get_data(bio));
}

int read(BIO* bio, char* to, size_t room, size_t* done) {
  BIO_clear_retry_flags(bio);
  keel_layer_io* const io = io_of(bio).step;
  const size_t n = io == nullptr ? 0 : std::min(room, io->net_in.len - io->net_in_used);
  *done = n;
  if (n == 0) {
    BIO_set_retry_read(bio);
    return 0;
  }
  std::memcpy(to, io->net_in.ptr + io->net_in_used, n);
  io->net_in_used += n;
  return 1;
}

// As much as there is room for.
size_t put(keel_layer_io& io, const char* from, size_t length) {
  const size_t n = std::min(length, io.net_out.len - io.net_out_used);
  std::memcpy(io.net_out.ptr + io.net_out_used, from, n);
  io.net_out_used += n;
  return n;
}

int write(BIO* bio, const char* from, size_t length, size_t* done) {
  EngineIo& io = io_of(bio);
  const size_t n = io.step != nullptr && io.waiting.empty() ? put(*io.step, from, length) : 0;
  io.waiting.append(from + n, length - n);
  *done = length;
  return 1;
}

long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* method() {
  static const BIO_METHOD* const made = [] {
    BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "keel_layer_io");
    BIO_meth_set_read_ex(m, read);
    BIO_meth_set_write_ex(m, write);
    BIO_meth_set_ctrl(m, control);
    return m;
  }();
  return made;
}

}  // namespace

bool EngineIo::flush() {
  if (waiting.empty()) return true;
  waiting.erase(0, put(*step, waiting.data(), waiting.size()));
  if (!waiting.empty()) return false;
  waiting = std::string{};  // an idle connection holds none
  return true;
}

BIO* make_engine_bio(EngineIo& io) {
  BIO* const bio = BIO_new(method());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &io);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace keel::tls
