#include "plugins/types/stream/trim_options.h"

#include <algorithm>

namespace streams {
namespace {

constexpr Str kBoth = "ERR syntax error, MAXLEN and MINID options at the same time are not compatible";

class Parser {
 public:
  Parser(Ctx c, bool xadd) noexcept : c_(c), xadd_(xadd) {}

  std::optional<TrimOptions> parse() noexcept {
    for (uint32_t i = 2; i < c_.argc(); ++i) {
      if (xadd_ && c_.arg(i) == "*") {
        out_.at = i;
        break;
      }
      const bool more = i + 1 < c_.argc();
      if (c_.word(i, "MAXLEN") && more) {
        if (!how_much(Trim::kMaxLength, i)) return std::nullopt;
      } else if (c_.word(i, "MINID") && more) {
        if (!how_much(Trim::kMinId, i)) return std::nullopt;
      } else if (c_.word(i, "LIMIT") && more) {
        const auto n = integer_word(c_, ++i);
        if (!n) return std::nullopt;
        if (*n < 0) return c_.error("ERR The LIMIT argument must be >= 0."), std::nullopt;
        limit_ = *n;
      } else if (xadd_ && c_.word(i, "NOMKSTREAM")) {
        out_.make_stream = false;
      } else if (xadd_) {
        out_.id = parse_new_id(c_.arg(i));
        if (!out_.id) return id_word(c_, "-"), std::nullopt;  // its error
        out_.at = i;
        break;
      } else {
        return c_.error(keel::kSyntax), std::nullopt;
      }
    }
    return checked();
  }

 private:
  // MAXLEN or MINID at word i, which becomes the last word of it.
  bool how_much(Trim::Kind kind, uint32_t& i) noexcept {
    Trim& t = out_.trim;
    if (t.kind != Trim::kNone) return c_.error(kBoth), false;
    t.kind = kind;
    t.approximate = false;
    if (i + 2 < c_.argc() && (c_.arg(i + 1) == "~" || c_.arg(i + 1) == "=")) t.approximate = c_.arg(++i) == "~";
    ++i;
    if (kind == Trim::kMinId) {
      const auto id = id_word(c_, c_.arg(i));
      t.min_id = id.value_or(Id{});
      return id.has_value();
    }
    const auto n = integer_word(c_, i);
    if (!n) return false;
    if (*n < 0) return c_.error("ERR The MAXLEN argument must be >= 0."), false;
    t.max_length = static_cast<uint64_t>(*n);
    return true;
  }

  std::optional<TrimOptions> checked() noexcept {
    constexpr uint64_t kBlocks = 100, kUsual = 10'000, kMost = 1'000'000;
    Trim& t = out_.trim;
    if (limit_.value_or(0) != 0 && t.kind == Trim::kNone)
      return c_.error("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy"), std::nullopt;
    if (!xadd_ && t.kind == Trim::kNone)
      return c_.error("ERR syntax error, XTRIM must be called with a trimming strategy"), std::nullopt;
    if (limit_) {
      if (!t.approximate)
        return c_.error("ERR syntax error, LIMIT cannot be used without the special ~ option"), std::nullopt;
      t.limit = static_cast<uint64_t>(*limit_);
    } else if (t.approximate) {
      // Trimming many blocks takes its time: a part of it now, the rest with what is added later.
      t.limit = limits.entries == 0 ? kUsual : limits.entries > kMost / kBlocks ? kMost : kBlocks * limits.entries;
    }
    return out_;
  }

  Ctx c_;
  bool xadd_;
  TrimOptions out_;
  std::optional<int64_t> limit_;
};

}  // namespace

std::optional<TrimOptions> trim_options(Ctx c, bool xadd) noexcept {
  return Parser(c, xadd).parse();
}

TrimWords::TrimWords(const Trim& how, const Stream& after) noexcept : id_(after.first_id) {
  if (how.kind == Trim::kMinId && after.length > 0) {  // an empty stream has no first ID to begin with
    name_ = "MINID";
    value_ = id_;
  } else {
    name_ = "MAXLEN";
    value_ = keel::integer_text(digits_, static_cast<int64_t>(after.length));
  }
}

}  // namespace streams
