// keel/cpp/ctx.hpp - a command handler's view of its command, its keys and its reply.  One pointer wide.
#pragma once
#include <exception>
#include <new>

#include "keel/cpp/ref.hpp"

namespace keel {

inline constexpr Str kWrongType = "WRONGTYPE Operation against a key holding the wrong kind of value";
inline constexpr Str kSyntax = "ERR syntax error";
inline constexpr Str kNotInteger = "ERR value is not an integer or out of range";

class Ctx {
 public:
  explicit Ctx(keel_ctx* c) noexcept : c_(c) {}
  keel_ctx* raw() const noexcept { return c_; }

  // The command. Views are valid until the handler returns.
  uint32_t argc() const noexcept { return c_->argc; }
  Str arg(uint32_t i) const noexcept { return view(c_->argv[i]); }
  bool word(uint32_t i, Str name) const noexcept { return same_word(arg(i), name); }
  bool resp3() const noexcept { return (c_->flags & KEEL_CTX_RESP3) != 0; }
  bool logged() const noexcept { return (c_->listeners & KEEL_LISTEN_LOG) != 0; }
  int64_t now_ms() const noexcept { return c_->now_ms; }
  template <class T>
  T& self() const noexcept {
    return *static_cast<T*>(c_->self);
  }

  // The keys: see keel_keyspace.
  uint32_t keys() const noexcept { return c_->nkeys; }
  Str key(uint32_t k) const noexcept { return arg(c_->keys[k].arg); }
  Ref read(uint32_t key = 0) noexcept {
    Ref r;
    c_->ks->read(c_, key, r.raw());
    return r;
  }
  Ref write(uint32_t key = 0) noexcept {
    Ref r;
    c_->ks->write(c_, key, r.raw());
    return r;
  }
  keel_status put(Ref& r, uint16_t type, uint8_t enc, int64_t n) noexcept {
    return c_->ks->put_int(c_, r.raw(), type, enc, n);
  }
  keel_status put(Ref& r, uint16_t type, uint8_t enc, Str bytes) noexcept {
    return c_->ks->put_bytes(c_, r.raw(), type, enc, str(bytes));
  }
  keel_status put_arg(Ref& r, uint16_t type, uint8_t enc, uint32_t arg) noexcept {
    return c_->ks->put_arg(c_, r.raw(), type, enc, arg);
  }
  keel_status put_object(Ref& r, uint16_t type, uint8_t enc, void* object, uint64_t word) noexcept {
    return c_->ks->put_object(c_, r.raw(), type, enc, object, word);
  }
  keel_status resize(Ref& r, size_t len) noexcept { return c_->ks->resize(c_, r.raw(), len); }
  keel_status erase(Ref& r) noexcept { return c_->ks->erase(c_, r.raw()); }
  keel_status expire(Ref& r, int64_t at_ms) noexcept { return c_->ks->expire(c_, r.raw(), at_ms); }
  void commit(Ref& r, uint32_t event, uint32_t then = 0, uint32_t flags = 0, uint32_t count = 1) noexcept {
    const keel_change change{event, then, flags, count};
    c_->ks->commit(c_, r.raw(), &change);
  }
  // The longest string that the server takes, in bytes.
  uint64_t string_limit() const noexcept { return c_->exec->limit(c_, KEEL_LIMIT_BULK); }
  // What the change log gets instead of the command as it was sent.
  template <class... Words>
  void propagate(Words... words) noexcept {
    const keel_str argv[] = {str(words)...};
    c_->exec->propagate(c_, argv, sizeof...(words));
  }

  // The reply: exactly one; an aggregate is followed by its elements.
  keel_status ok() noexcept { return keel_reply_ok(c_), KEEL_OK; }
  keel_status simple(Str s) noexcept { return put("+"), put(s), put("\r\n"), KEEL_OK; }
  keel_status error(Str s) noexcept { return c_->exec->reply_error(c_, str(s)), KEEL_OK; }
  keel_status wrong_type() noexcept { return error(kWrongType); }
  keel_status out_of_memory() noexcept { return error("OOM command not allowed when out of memory"); }
  keel_status null() noexcept { return put(resp3() ? Str{"_\r\n"} : Str{"$-1\r\n"}), KEEL_OK; }
  keel_status null_array() noexcept { return put(resp3() ? Str{"_\r\n"} : Str{"*-1\r\n"}), KEEL_OK; }
  keel_status integer(int64_t n) noexcept { return line(':', n), KEEL_OK; }
  keel_status boolean(bool b) noexcept {
    return put(resp3() ? (b ? Str{"#t\r\n"} : Str{"#f\r\n"}) : (b ? Str{":1\r\n"} : Str{":0\r\n"})), KEEL_OK;
  }
  // 17 significant digits, as Redis 7 writes them; a bulk string in RESP2.
  keel_status real(double d) noexcept {
    char b[36];
    b[0] = ',';
    char* end = write_real(b + 1, d);
    if (!resp3()) return bulk({b + 1, static_cast<size_t>(end - b - 1)});
    *end++ = '\r';
    *end++ = '\n';
    return put({b, static_cast<size_t>(end - b)}), KEEL_OK;
  }
  keel_status bulk(Str s) noexcept {
    constexpr size_t kFrame = 25;  // '$', twenty digits, two line ends
    if (static_cast<size_t>(c_->out_end - c_->out) < s.size() + kFrame) {
      line('$', static_cast<int64_t>(s.size()));
      return put(s), put("\r\n"), KEEL_OK;
    }
    char* to = c_->out;
    *to++ = '$';
    to = write_integer(to, static_cast<int64_t>(s.size()));
    *to++ = '\r';
    *to++ = '\n';
    if (!s.empty()) memcpy(to, s.data(), s.size());
    to += s.size();
    *to++ = '\r';
    *to++ = '\n';
    c_->out = to;
    return KEEL_OK;
  }
  keel_status bulk(int64_t n) noexcept { return bulk(NumberText(n)); }
  // Text for a human: a verbatim string in RESP3, a bulk string in RESP2.  format: "txt" or "mkd".
  keel_status verbatim(Str s, Str format = "txt") noexcept {
    if (!resp3()) return bulk(s);
    line('=', static_cast<int64_t>(s.size() + 4));
    return put(format), put(":"), put(s), put("\r\n"), KEEL_OK;
  }
  keel_status value(const Ref& r) noexcept { return c_->exec->reply_ref(c_, r.raw()), KEEL_OK; }
  void array(uint64_t n) noexcept { line('*', static_cast<int64_t>(n)); }
  void map(uint64_t pairs) noexcept {
    resp3() ? line('%', static_cast<int64_t>(pairs)) : line('*', static_cast<int64_t>(pairs * 2));
  }
  void set(uint64_t n) noexcept { line(resp3() ? '~' : '*', static_cast<int64_t>(n)); }
  void push(uint64_t n) noexcept { line(resp3() ? '>' : '*', static_cast<int64_t>(n)); }

  // Raw protocol bytes.
  void put(Str s) noexcept { keel_put(c_, s.data(), s.size()); }
  void line(char kind, int64_t n) noexcept {
    constexpr size_t kLongest = 23;  // kind, twenty characters, line end
    if (static_cast<size_t>(c_->out_end - c_->out) >= kLongest) {
      c_->out = write_line(c_->out, kind, n);
    } else {
      char b[kLongest];
      put({b, static_cast<size_t>(write_line(b, kind, n) - b)});
    }
  }

 private:
  static char* write_line(char* to, char kind, int64_t n) noexcept {
    *to++ = kind;
    to = write_integer(to, n);
    *to++ = '\r';
    *to++ = '\n';
    return to;
  }

  keel_ctx* c_;
};

// An aggregate whose length shows only at its end: close() it with the number of elements (pairs of a map) written.
class OpenArray {
 public:
  explicit OpenArray(Ctx c) noexcept : c_(c), mark_(c.raw()->exec->open_array(c.raw())) {}
  void close(uint64_t n, uint32_t kind = KEEL_ARRAY) noexcept { c_.raw()->exec->close_array(c_.raw(), mark_, kind, n); }

 private:
  Ctx c_;
  uint64_t mark_;
};

// Turns a C++ handler into a C one.  The only place where an exception can meet the boundary, and it stops here.
template <auto Fn>
constexpr keel_handler handler = [](keel_ctx* raw) noexcept -> keel_status {
  try {
    return Fn(Ctx{raw});
  } catch (const std::bad_alloc&) {
    return Ctx{raw}.out_of_memory();
  } catch (...) {
    return Ctx{raw}.error("ERR internal error");
  }
};

}  // namespace keel
