#include "pipe.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

namespace loopback {
namespace {

void post(keel_loop* loop, Parcel& parcel, void (*run)(keel_task*) noexcept) noexcept {
  parcel.home = false;
  parcel.task.run = run;
  g_services.loops->post(loop, &parcel.task);
}

}  // namespace

End::End(End* peer, keel_loop* loop, Pair& pair) noexcept : peer_(peer), loop_(loop), pair_(pair) {
  data_.owner = end_.owner = wake_.owner = this;
}

bool End::open(void* listener_or_token, const keel_peer& peer) noexcept {
  session_ = g_services.sessions->open(loop_, listener_or_token, reinterpret_cast<keel_conn*>(this), &peer);
  if (session_ == nullptr) {
    refuse();
    return false;
  }
  wake();  // something may have arrived before
  return true;
}

void End::refuse() noexcept {
  closing_ = abort_ = true;
  wake();
}

void End::rx(bool on) noexcept {
  rx_on_ = on;
  if (on) wake();
}

keel_status End::tx(const keel_str* iov, uint32_t n) noexcept {
  if (closing_ || reset_ || !data_.home) return KEEL_E_IO;
  try {
    batch_.assign(iov, iov + n);
  } catch (const std::bad_alloc&) {
    abort_ = closing_ = true;
    wake();
    return KEEL_E_MEMORY;
  }
  post(peer_->loop_, data_, on_data);
  return KEEL_PENDING;
}

void End::close(bool now) noexcept {
  closing_ = true;
  abort_ = abort_ || now;
  wake();
}

// What follows from a call by the host happens later, from the loop: the host is never called back inside its own call.
void End::wake() noexcept {
  if (wake_.home) post(loop_, wake_, on_wake);
}

void End::on_wake(keel_task* task) noexcept {
  End& self = *parcel_of(task).owner;
  self.wake_.home = true;
  if (self.lent_) {
    self.lent_ = false;
    if (self.incoming_ != nullptr && self.at_ == self.incoming_->owner->batch_.size()) self.give_back();
  }
  self.deliver();
}

void End::on_data(keel_task* task) noexcept {
  Parcel& parcel = parcel_of(task);
  End& self = *parcel.owner->peer_;
  if (self.finished_) {  // nothing may be touched afterwards: the sender may free the pair
    post(parcel.owner->loop_, parcel, on_data_back);
    return;
  }
  self.incoming_ = &parcel;
  self.at_ = self.used_ = 0;
  self.deliver();
}

void End::on_data_back(keel_task* task) noexcept {
  End& self = *parcel_of(task).owner;
  self.data_.home = true;
  if (self.session_ != nullptr && !self.abort_ && !self.reset_) g_services.sessions->tx_done(self.session_);
  self.advance();
}

void End::on_end(keel_task* task) noexcept {
  Parcel& parcel = parcel_of(task);
  End& self = *parcel.owner->peer_;
  if (!self.finished_) (parcel.abort ? self.reset_ : self.peer_ended_) = true;
  const bool finished = self.finished_;
  post(parcel.owner->loop_, parcel, on_end_back);
  if (!finished) self.deliver();  // an unfinished end keeps the pair alive
}

void End::on_end_back(keel_task* task) noexcept {
  End& self = *parcel_of(task).owner;
  self.end_.home = true;
  self.advance();
}

void End::give_back() noexcept {
  Parcel& parcel = *incoming_;
  incoming_ = nullptr;
  post(parcel.owner->loop_, parcel, on_data_back);
}

// Hands on what lies here, as far as the host lets us.
void End::deliver() noexcept {
  const keel_sessions& host = *g_services.sessions;
  while (incoming_ != nullptr && session_ != nullptr && rx_on_ && !closing_ && !reset_ && !lent_) {
    const std::vector<keel_str>& batch = incoming_->owner->batch_;
    if (at_ == batch.size()) {
      give_back();
      break;
    }
    const keel_str rest{batch[at_].ptr + used_, batch[at_].len - used_};
    const keel_buf room = rest.len == 0 ? keel_buf{} : host.rx_room(session_);
    const size_t n = room.ptr == nullptr ? rest.len : std::min(rest.len, room.len);
    used_ += n;
    if (used_ == batch[at_].len) {
      ++at_;
      used_ = 0;
    }
    if (n == 0) continue;
    if (room.ptr != nullptr) {
      std::memcpy(room.ptr, rest.ptr, n);
      host.rx_done(session_, n);
    } else {
      lent_ = true;  // the sender's bytes must stay until this turn is over, so the parcel goes home in the next one
      wake();
      host.rx(session_, rest);
    }
  }
  if (incoming_ != nullptr && (closing_ || reset_) && !lent_) give_back();
  if (incoming_ == nullptr && peer_ended_ && !end_told_ && session_ != nullptr && rx_on_ && !closing_ && !reset_) {
    end_told_ = true;
    host.rx_end(session_);
  }
  advance();
}

// Takes the next step towards the end of this connection. Only from tasks, never from a call by the host.
void End::advance() noexcept {
  if (finished_ || (!closing_ && !reset_)) return;
  if (incoming_ != nullptr) return;  // lent; on_wake() comes
  if (closing_ && !end_sent_ && !reset_ && (data_.home || abort_)) {
    end_sent_ = true;
    end_.abort = abort_;
    post(peer_->loop_, end_, on_end);
  }
  const bool said = end_sent_ || reset_;
  if (!said || !data_.home || !end_.home || !wake_.home) return;
  finished_ = true;
  if (session_ != nullptr) g_services.sessions->closed(session_, reset_ && !closing_ ? -ECONNRESET : 0);
  Pair& pair = pair_;
  if (pair.live.fetch_sub(1, std::memory_order_acq_rel) == 1) delete &pair;
}

}  // namespace loopback
