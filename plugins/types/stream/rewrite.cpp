// A stream as commands: XADD for each entry, XSETID, and what makes its groups.
#include <initializer_list>

#include "keel/cpp/stream.hpp"
#include "plugins/types/stream/type.h"

namespace streams {
namespace {

class Commands {
 public:
  Commands(keel_sink& sink, Str key) noexcept : out_(sink), key_(key) {}
  keel_status status() const noexcept { return out_.status(); }

  void stream(const Stream& s) noexcept {
    s.each({}, kLastId, [this](const BlockReader& r, const Entry& e) {
      begin(3 + 2 * e.n);
      word("XADD");
      word(key_);
      word(IdText(e.id));
      r.each(e, [this](const listpack::Element& name, const listpack::Element& value) {
        char digits[20];
        word(name.text(digits));
        word(value.text(digits));
      });
      return out_.ok();
    });
    const Id last = s.last_id.zero() ? Id{0, 1} : s.last_id;
    if (s.length == 0) command({"XADD", key_, "MAXLEN", "0", IdText(last), "x", "y"});
    command({"XSETID", key_, IdText(s.last_id), "ENTRIESADDED", Number(s.entries_added), "MAXDELETEDID",
             IdText(s.max_deleted)});
    for (const auto& [name, g] : s.groups) group(g);
  }

 private:
  class Number {
   public:
    explicit Number(uint64_t n) noexcept : end_(keel::write_integer(text_, static_cast<int64_t>(n))) {}
    Number(const Number&) = delete;
    Number& operator=(const Number&) = delete;
    operator Str() const noexcept {  // NOLINT(google-explicit-constructor): a text that lies here
      return {text_, static_cast<size_t>(end_ - text_)};
    }

   private:
    char text_[20];
    char* end_;
  };

  void line(char kind, uint64_t n) noexcept {
    out_.byte(static_cast<uint8_t>(kind));
    out_.bytes(Number(n));
    out_.bytes("\r\n");
  }
  void begin(uint64_t words) noexcept { line('*', words); }
  void word(Str s) noexcept {
    line('$', s.size());
    out_.bytes(s);
    out_.bytes("\r\n");
  }
  void command(std::initializer_list<Str> words) noexcept {
    begin(words.size());
    for (const Str w : words) word(w);
  }
  void group(const Group& g) noexcept {
    command({"XGROUP", "CREATE", key_, g.name, IdText(g.last_id), "ENTRIESREAD",
             Number(static_cast<uint64_t>(g.entries_read))});
    for (const auto& [name, c] : g.consumers) {
      command({"XGROUP", "CREATECONSUMER", key_, g.name, c.name});
      for (auto p = c.pending.begin(); p != c.pending.end() && out_.ok(); p = c.pending.next(p)) {
        const Pending& entry = *g.pending.find(c.pending.at(p).id);
        command({"XCLAIM", key_, g.name, c.name, "0", IdText(entry.id), "TIME",
                 Number(static_cast<uint64_t>(entry.delivered_ms)), "RETRYCOUNT", Number(entry.deliveries), "JUSTID",
                 "FORCE"});
      }
    }
  }

  keel::Writer out_;
  Str key_;
};

}  // namespace

keel_status StreamType::rewrite(const keel_ref& r, Str key, keel_sink& sink) noexcept {
  Commands commands(sink, key);
  commands.stream(*static_cast<const Stream*>(r.v.object));
  return commands.status();
}

}  // namespace streams
