#include "host/exec/reply.h"

#include <algorithm>
#include <new>

namespace keel::exec {

namespace {

base::Blob* make_chunk(size_t size) {
  base::Blob* chunk = base::Blob::make(size);
  if (chunk == nullptr) throw std::bad_alloc{};
  return chunk;
}

}  // namespace

ReplyBuffer::ReplyBuffer() {
  chunks_.push_back(make_chunk(kChunk - sizeof(base::Blob)));
  begin_chunk(chunks_.back());
}
ReplyBuffer::~ReplyBuffer() {
  reset();
  chunks_.back()->drop();
}

void ReplyBuffer::begin_chunk(base::Blob* chunk) noexcept {
  start_ = cur = chunk->data();
  end = cur + chunk->capacity();
}

void ReplyBuffer::reset() {
  for (const Piece& p : pieces_)
    if (p.pinned) p.block->drop();
  pieces_.clear();
  while (chunks_.size() > 1) {
    chunks_.back()->drop();
    chunks_.pop_back();
  }
  if (chunks_[0]->shared()) {
    base::Blob* fresh = make_chunk(kChunk - sizeof(base::Blob));
    chunks_[0]->drop();
    chunks_[0] = fresh;
  }
  begin_chunk(chunks_[0]);
  held_ = 0;
}

void ReplyBuffer::next_chunk(size_t least) {
  finish_piece();
  held_ += static_cast<size_t>(cur - chunks_.back()->data());
  chunks_.push_back(make_chunk(std::max(kChunk - sizeof(base::Blob), least)));
  begin_chunk(chunks_.back());
}

void ReplyBuffer::write_slow(const char* p, size_t n) {
  const size_t fits = std::min(n, static_cast<size_t>(end - cur));
  std::memcpy(cur, p, fits);
  cur += fits;
  next_chunk(n - fits);
  std::memcpy(cur, p + fits, n - fits);
  cur += n - fits;
}

void ReplyBuffer::pin(base::Blob* blob, const char* p, size_t n) {
  finish_piece();
  blob->add_user();
  pieces_.push_back({p, n, blob, true});
  held_ += n;
}

size_t ReplyBuffer::open_gap() {
  finish_piece();
  pieces_.push_back({nullptr, 0, nullptr, false});
  return pieces_.size() - 1;
}

void ReplyBuffer::fill_gap(size_t mark, const char* p, size_t n) {
  finish_piece();
  reserve(n);
  std::memcpy(cur, p, n);
  pieces_[mark] = {cur, n, chunks_.back(), false};
  cur += n;
  start_ = cur;
}

void ReplyBuffer::rewind(const Mark& m) noexcept {
  base::Blob* began_in = pieces_.size() > m.pieces ? pieces_[m.pieces].block : nullptr;
  for (size_t i = m.pieces; i < pieces_.size(); ++i)
    if (pieces_[i].pinned) pieces_[i].block->drop();
  pieces_.resize(m.pieces);
  const char* from = chunks_.back()->data();
  if (m.cur >= from && m.cur <= from + chunks_.back()->capacity()) {
    start_ = m.start;
    cur = m.cur;
    return;
  }
  // Chunks were added since: what was written before the mark, in the same piece, stays where it is.
  if (m.cur != m.start) pieces_.push_back({m.start, static_cast<size_t>(m.cur - m.start), began_in, false});
  start_ = cur;
}

size_t ReplyBuffer::size_since(const Mark& m) const noexcept {
  size_t n = static_cast<size_t>(cur - start_);
  for (size_t i = m.pieces; i < pieces_.size(); ++i) n += pieces_[i].len;
  return n - static_cast<size_t>(m.cur - m.start);
}

void ReplyBuffer::copy_since(const Mark& m, std::vector<char>& out) const {
  size_t skip = static_cast<size_t>(m.cur - m.start);
  auto add = [&](const char* p, size_t n) {
    const size_t s = std::min(skip, n);
    skip -= s;
    out.insert(out.end(), p + s, p + n);
  };
  for (size_t i = m.pieces; i < pieces_.size(); ++i) add(pieces_[i].ptr, pieces_[i].len);
  add(start_, static_cast<size_t>(cur - start_));
}

}  // namespace keel::exec
