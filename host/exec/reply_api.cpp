// keel.exec/1: what handlers reply and log.
#include <algorithm>

#include "host/exec/executor.h"
#include "host/exec/timeout.h"
#include "keel/blocking.h"
#include "keel/cpp/text.hpp"

namespace keel::exec {
namespace {

using keyspace::Entry;

void write(keel_ctx* c, const char* p, size_t n) noexcept {
  Executor& x = Executor::of(c);
  x.sync_cursor();
  x.replies().write(p, n);
  x.give_cursor();
}

void reply_ref(keel_ctx* c, const keel_ref* r) noexcept {
  char digits[24];
  const char* bytes = r->v.bytes;
  size_t len = r->word;
  if (r->rep == KEEL_REP_INT) {
    bytes = digits;
    len = static_cast<size_t>(write_integer(digits, r->v.num) - digits);
  }
  auto header = [len](char* to) {
    *to++ = '$';
    to = write_integer(to, static_cast<int64_t>(len));
    *to++ = '\r';
    *to++ = '\n';
    return to;
  };
  constexpr size_t kFrame = 32;
  if (static_cast<size_t>(c->out_end - c->out) >= len + kFrame && len < ReplyBuffer::kPinFrom) {
    char* to = header(c->out);
    std::memcpy(to, bytes, len);
    to += len;
    *to++ = '\r';
    *to++ = '\n';
    c->out = to;
    return;
  }
  Executor& x = Executor::of(c);
  x.sync_cursor();
  char frame[kFrame];
  x.replies().write(frame, static_cast<size_t>(header(frame) - frame));
  auto* e = static_cast<Entry*>(r->entry);
  if (len >= ReplyBuffer::kPinFrom && e != nullptr && r->rep == KEEL_REP_BYTES && !e->beside())
    x.replies().pin(e->blob(), bytes, len);
  else
    x.replies().write(bytes, len);
  x.replies().write("\r\n", 2);
  x.give_cursor();
}

void reply_error(keel_ctx* c, keel_str text) noexcept {
  Executor& x = Executor::of(c);
  x.calling.failed = true;
  x.stats.count_error(view(text));
  keel_put(c, "-", 1);
  // A line break would let foreign bytes pass for a reply of their own.
  while (text.len > 0 && (text.ptr[text.len - 1] == '\r' || text.ptr[text.len - 1] == '\n')) --text.len;
  size_t from = 0;
  for (size_t i = 0; i < text.len; ++i) {
    if (text.ptr[i] != '\r' && text.ptr[i] != '\n') continue;
    keel_put(c, text.ptr + from, i - from);
    keel_put(c, " ", 1);
    from = i + 1;
  }
  keel_put(c, text.ptr + from, text.len - from);
  keel_put(c, "\r\n", 2);
}

uint64_t open_array(keel_ctx* c) noexcept {
  Executor& x = Executor::of(c);
  x.sync_cursor();
  const uint64_t mark = x.replies().open_gap();
  x.give_cursor();
  return mark;
}

void close_array(keel_ctx* c, uint64_t mark, uint32_t kind, uint64_t n) noexcept {
  Executor& x = Executor::of(c);
  const bool resp3 = (c->flags & KEEL_CTX_RESP3) != 0;
  char header[24];
  header[0] = resp3 ? "*~%>"[kind & 3] : '*';
  char* to = write_integer(header + 1, static_cast<int64_t>(kind == KEEL_MAP && !resp3 ? n * 2 : n));
  *to++ = '\r';
  *to++ = '\n';
  x.sync_cursor();
  x.replies().fill_gap(mark, header, static_cast<size_t>(to - header));
  x.give_cursor();
}

void propagate(keel_ctx* c, const keel_str* argv, uint32_t argc) noexcept {
  Executor& x = Executor::of(c);
  x.calling.propagated = true;
  if (argc > 0) x.change_log.append(x.db_index(x.db()), argv, argc);
}

uint64_t limit(keel_ctx* c, uint32_t which) noexcept {
  return which == KEEL_LIMIT_BULK ? static_cast<uint64_t>(Executor::of(c).settings.proto_max_bulk_len.get()) : 0;
}

keel_status block(keel_ctx* c, const keel_wait* wait) noexcept {
  keel_wait known{};
  std::memcpy(&known, wait, std::min<size_t>(wait->size, sizeof known));
  return Executor::of(c).block_for_keys(known);
}

uint32_t woken_by(const keel_ctx* c) noexcept {
  return Executor::of(c).woken_by();
}

keel_status timeout(keel_ctx* c, keel_str word, uint32_t unit, int64_t* deadline_ms) noexcept {
  const Deadline d = parse_timeout(view(word), unit, c->now_ms);
  if (d.error.empty()) return *deadline_ms = d.at_ms, KEEL_OK;
  reply_error(c, str(d.error));
  return KEEL_E_ARG;
}

constexpr keel_exec kTable = {{sizeof(keel_exec), 0},
                              write,
                              reply_ref,
                              reply_error,
                              open_array,
                              close_array,
                              propagate,
                              limit,
                              block,
                              woken_by,
                              timeout};

}  // namespace

const keel_exec& Executor::exec_table() noexcept {
  return kTable;
}

}  // namespace keel::exec
