// A stream as commands: XADD for each entry, XSETID, and what makes its groups.
#include "keel/cpp/rewrite.hpp"
#include "plugins/types/stream/type.h"

namespace streams {
namespace {

class Commands {
 public:
  Commands(keel_sink& sink, Str key) noexcept : out_(sink), key_(key) {}
  keel_status status() const noexcept { return out_.status(); }

  void stream(const Stream& s) noexcept {
    s.each({}, kLastId, [this](const BlockReader& r, const Entry& e) {
      out_.begin(3 + 2 * e.n);
      out_.word("XADD");
      out_.word(key_);
      out_.word(IdText(e.id));
      r.each(e, [this](const listpack::Element& name, const listpack::Element& value) {
        char digits[20];
        out_.word(name.text(digits));
        out_.word(value.text(digits));
      });
      return out_.ok();
    });
    const Id last = s.last_id.zero() ? Id{0, 1} : s.last_id;
    if (s.length == 0) out_.command("XADD", key_, "MAXLEN", "0", IdText(last), "x", "y");
    out_.command("XSETID", key_, IdText(s.last_id), "ENTRIESADDED", keel::NumberText(s.entries_added), "MAXDELETEDID",
                 IdText(s.max_deleted));
    for (const auto& [name, g] : s.groups) group(g);
  }

 private:
  void group(const Group& g) noexcept {
    out_.command("XGROUP", "CREATE", key_, g.name, IdText(g.last_id), "ENTRIESREAD",
                 keel::NumberText(static_cast<uint64_t>(g.entries_read)));
    for (const auto& [name, c] : g.consumers) {
      out_.command("XGROUP", "CREATECONSUMER", key_, g.name, c.name);
      for (auto p = c.pending.begin(); p != c.pending.end() && out_.ok(); p = c.pending.next(p)) {
        const Pending& entry = *g.pending.find(c.pending.at(p).id);
        out_.command("XCLAIM", key_, g.name, c.name, "0", IdText(entry.id), "TIME",
                     keel::NumberText(static_cast<uint64_t>(entry.delivered_ms)), "RETRYCOUNT",
                     keel::NumberText(entry.deliveries), "JUSTID", "FORCE");
      }
    }
  }

  keel::CommandWriter out_;
  Str key_;
};

}  // namespace

keel_status StreamType::rewrite(const keel_ref& r, Str key, keel_sink& sink) noexcept {
  Commands commands(sink, key);
  commands.stream(*static_cast<const Stream*>(r.v.object));
  return commands.status();
}

}  // namespace streams
