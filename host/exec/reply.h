// host/exec/reply.h - where the replies of one turn of a loop are written: chunks of memory that stay with the loop and
// in the cache, and pieces of it (and of pinned values) that are sent as they lie.
#pragma once
#include <vector>

#include "host/base/blob.h"

namespace keel::exec {

struct Piece {  // bytes to be sent
  const char* ptr;
  size_t len;
  base::Blob* block;  // in which they lie: whoever sends beyond the end of the turn adds a use of it
  bool pinned;        // the buffer holds a use of the block for this piece: it is a value, not a chunk
};

class ReplyBuffer {
 public:
  static constexpr size_t kChunk = 64 * 1024;
  static constexpr size_t kPinFrom = 16 * 1024;  // smaller values are copied

  ReplyBuffer();
  ~ReplyBuffer();
  ReplyBuffer(const ReplyBuffer&) = delete;
  ReplyBuffer& operator=(const ReplyBuffer&) = delete;

  // The cursor: keel_ctx takes it over while a command runs.
  char* cur = nullptr;
  char* end = nullptr;

  void write(const char* p, size_t n) {
    if (static_cast<size_t>(end - cur) < n) return write_slow(p, n);
    std::memcpy(cur, p, n);
    cur += n;
  }
  // At least n bytes of room at the cursor.
  void reserve(size_t n) {
    if (static_cast<size_t>(end - cur) < n) next_chunk(n);
  }
  // Adds a use of the blob.
  void pin(base::Blob* blob, const char* p, size_t n);

  // Leaves a gap for a header that is written later; returns its mark.
  size_t open_gap();
  void fill_gap(size_t mark, const char* p, size_t n);

  // Where the reply stands; rewind() forgets what came after.
  struct Mark {
    size_t pieces;
    char *start, *cur;
  };
  Mark mark() const noexcept { return {pieces_.size(), start_, cur}; }
  void rewind(const Mark& m) noexcept;
  // Bytes written since the mark.
  size_t size_since(const Mark& m) const noexcept;
  // Copies what was written since the mark.
  void copy_since(const Mark& m, std::vector<char>& out) const;

  // Ends the reply of one client: its pieces are [from, pieces().size()).
  void finish_piece() {
    if (cur != start_) {
      pieces_.push_back({start_, static_cast<size_t>(cur - start_), chunks_.back(), false});
      start_ = cur;
    }
  }
  const std::vector<Piece>& pieces() const noexcept { return pieces_; }
  // Bytes of all chunks and pins of this turn.
  size_t held() const noexcept { return held_ + static_cast<size_t>(cur - chunks_.back()->data()); }
  // The turn is over: begin anew. A chunk that somebody still sends from is left to them.
  void reset();

 private:
  void write_slow(const char* p, size_t n);
  void next_chunk(size_t least);

  void begin_chunk(base::Blob* chunk) noexcept;

  std::vector<base::Blob*> chunks_;  // the cursor is in the last
  char* start_ = nullptr;
  std::vector<Piece> pieces_;
  size_t held_ = 0;
};

}  // namespace keel::exec
