#include "plugins/types/stream/value.h"

#include <algorithm>
#include <string>

namespace streams {
namespace {

constexpr Str kInvalidId = "ERR Invalid stream ID specified as stream command argument";

struct Edge {
  Id id;
  bool left_out;
};
std::optional<Edge> edge_word(Ctx c, uint32_t arg, uint64_t missing_seq) noexcept {
  const Str word = c.arg(arg);
  const bool left_out = word.size() > 1 && word[0] == '(';
  const auto id = left_out ? parse_id(word.substr(1), missing_seq) : parse_edge(word, missing_seq);
  if (!id) return c.error(kInvalidId), std::nullopt;
  return Edge{*id, left_out};
}

}  // namespace

std::optional<Id> id_word(Ctx c, Str word, uint64_t missing_seq) noexcept {
  const auto id = parse_id(word, missing_seq);
  if (!id) c.error(kInvalidId);
  return id;
}

std::optional<int64_t> integer_word(Ctx c, uint32_t arg, Str if_not) noexcept {
  const auto n = keel::parse_integer(c.arg(arg));
  if (!n) c.error(if_not);
  return n;
}

std::optional<Id> from_word(Ctx c, uint32_t arg) noexcept {
  const auto edge = edge_word(c, arg, 0);
  if (!edge || !edge->left_out) return edge ? std::optional{edge->id} : std::nullopt;
  const auto id = edge->id.next();
  if (!id) c.error("ERR invalid start ID for the interval");
  return id;
}

std::optional<Id> to_word(Ctx c, uint32_t arg) noexcept {
  const auto edge = edge_word(c, arg, UINT64_MAX);
  if (!edge || !edge->left_out) return edge ? std::optional{edge->id} : std::nullopt;
  const auto id = edge->id.previous();
  if (!id) c.error("ERR invalid end ID for the interval");
  return id;
}

Group* group_of(Ctx c, const Ref& r, Str name) noexcept {
  if (r && !r.is(plugin(c).type)) return c.wrong_type(), nullptr;
  Group* g = r ? stream_of(r).find(name) : nullptr;
  if (g == nullptr)
    c.error("NOGROUP No such key '" + std::string(c.key(0)) + "' or consumer group '" + std::string(name) + "'");
  return g;
}

void reply_id(Ctx c, Id id) noexcept {
  c.bulk(IdText(id));
}

void reply_entry(Ctx c, const BlockReader& r, const Entry& e) noexcept {
  c.array(2);
  reply_id(c, e.id);
  c.array(2 * e.n);
  r.each(e, [&c](const listpack::Element& name, const listpack::Element& value) {
    char digits[20];
    c.bulk(name.text(digits));
    c.bulk(value.text(digits));
  });
}

bool reply_entry(Ctx c, const Stream& s, Id id) noexcept {
  bool there = false;
  s.each(id, id, [&](const BlockReader& r, const Entry& e) {
    there = true;
    reply_entry(c, r, e);
    return false;
  });
  return there;
}

keel_status unknown_subcommand(Ctx c, Str container) noexcept {
  return c.error("ERR unknown subcommand or wrong number of arguments for '" + std::string(c.arg(1).substr(0, 128)) +
                 "'. Try " + std::string(container) + " HELP.");
}

}  // namespace streams
