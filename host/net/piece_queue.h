// host/net/piece_queue.h - pieces of replies, first in, first out, each with a use of its block.
//
// An idle connection shall cost next to nothing (a deque keeps 576 bytes for one), and one at work shall not allocate.
#pragma once
#include <cstddef>
#include <vector>

#include "host/exec/reply.h"

namespace keel::net {

class PieceQueue {
 public:
  PieceQueue() = default;
  ~PieceQueue() { clear(); }
  PieceQueue(const PieceQueue&) = delete;
  PieceQueue& operator=(const PieceQueue&) = delete;

  bool empty() const noexcept { return first_ == pieces_.size(); }
  size_t size() const noexcept { return pieces_.size() - first_; }
  size_t bytes() const noexcept { return bytes_; }
  const exec::Piece& front() const noexcept { return pieces_[first_]; }

  void add(const exec::Piece& piece) {
    if (piece.len == 0) return;
    if (first_ >= kSlack && first_ * 2 >= pieces_.size()) {
      pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
    pieces_.push_back(piece);
    piece.block->add_user();
    bytes_ += piece.len;
  }

  // n bytes of the first piece are done with.
  void taken(size_t n) noexcept {
    if (n == 0) return;
    exec::Piece& piece = pieces_[first_];
    piece.ptr += n;
    piece.len -= n;
    bytes_ -= n;
    if (piece.len > 0) return;
    piece.block->drop();
    ++first_;
    if (empty()) reset();
  }

  void clear() noexcept {
    for (size_t i = first_; i < pieces_.size(); ++i) pieces_[i].block->drop();
    reset();
  }

 private:
  static constexpr size_t kSlack = 32;  // pieces
  static constexpr size_t kKept = 4;    // of an idle connection

  void reset() noexcept {
    if (pieces_.capacity() > kKept) {
      pieces_ = {};
    } else {
      pieces_.clear();
    }
    first_ = bytes_ = 0;
  }

  std::vector<exec::Piece> pieces_;
  size_t first_ = 0, bytes_ = 0;
};

}  // namespace keel::net
