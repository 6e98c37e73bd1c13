// Saving and loading: the forms that a sorted set has in RDB files; see type.h.
#include "keel/cpp/rdb.hpp"

#include "plugins/types/common/ziplist.h"
#include "plugins/types/zset/edit.h"
#include "plugins/types/zset/type.h"

namespace zsets {
namespace {

// A sorted set that is being loaded, in whatever order; what is wrong is latched in the reader.
class Loading {
 public:
  explicit Loading(keel::RdbReader& in) noexcept : in_(in), set_(*ZsetType::core) {}
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;

  bool add(Str member, double score) noexcept {
    if (std::isnan(score) || set_.find(member)) in_.fail();
    if (in_.ok() && !set_.add(member, score)) in_.fail(KEEL_E_MEMORY);
    return in_.ok();
  }
  // Members and scores in turn.
  bool add(const listpack::Element& e) noexcept {
    if (!member_) {
      member_ = e;
      return true;
    }
    Room room;
    const Str member = member_->text(room.digits);
    const auto score = e.is_integer() ? static_cast<double>(e.integer()) : types::parse_real(e.text());
    member_.reset();
    if (!score) in_.fail();
    return in_.ok() && add(member, *score);
  }

  void members(bool binary) noexcept;
  void one_string(bool ziplist) noexcept;
  void give(keel_ref& out) noexcept {
    if (member_ || set_.view().size() == 0) in_.fail();
    if (in_.ok() && !set_.give(out)) in_.fail(KEEL_E_MEMORY);
  }

 private:
  keel::RdbReader& in_;
  OwnEdit set_;
  std::optional<listpack::Element> member_;
};

// Big ones come so, and small ones from before there were compact forms: a SortedSet first in any case, which knows -0.
void Loading::members(bool binary) noexcept {
  const uint64_t n = in_.count(2);
  if (in_.ok() && !set_.make_big()) in_.fail(KEEL_E_MEMORY);
  for (uint64_t i = 0; i < n && in_.ok(); ++i) {
    const keel::Block member = in_.text(KEEL_MEMORY_PLUGIN);
    const double score = binary ? in_.real() : in_.old_real();
    if (in_.ok()) add(Str{member.data(), member.size()}, score);
  }
  if (in_.ok() && !set_.make_small()) in_.fail(KEEL_E_MEMORY);
}

void Loading::one_string(bool ziplist) noexcept {
  const keel::Block block = in_.text(KEEL_MEMORY_PLUGIN);
  if (!in_.ok()) return;
  const Str bytes{block.data(), block.size()};
  const auto element = [this](const listpack::Element& e) { return add(e); };
  if (!(ziplist ? types::each_of_ziplist(bytes, element) : listpack::each_checked(bytes, element))) in_.fail();
}

}  // namespace

uint32_t ZsetType::rdb_code(const keel_ref& r) noexcept {
  return r.rep == KEEL_REP_OBJECT ? kBinary : kPacked;
}

keel_status ZsetType::save(const keel_ref& r, keel_sink& sink) noexcept {
  keel::RdbWriter out(sink, *core);
  const View set(r);
  if (set.set() == nullptr) {
    out.text(listpack::View(set.bytes()).all());
    return out.status();
  }
  // From the highest on, as Redis does.
  const uint64_t n = set.size();
  out.length(n);
  set.each(n - 1, n, true, [&out](Str member, const Score& score) {
    out.text(member);
    out.real(score.value());
    return out.ok();
  });
  return out.status();
}

keel_status ZsetType::load(keel_source& source, keel_ref& out, keel_error* error) noexcept {
  keel::RdbReader in(source, *core);
  Loading loading(in);
  if (source.code == kBinary || source.code == kTexts)
    loading.members(source.code == kBinary);
  else
    loading.one_string(source.code == kZiplist);
  if (in.ok()) loading.give(out);
  if (in.ok()) return KEEL_OK;
  return keel_fail(error, in.status(),
                   in.status() == KEEL_E_MEMORY
                       ? "no memory for a sorted set"
                       : "a sorted set is malformed, cut off, empty, or has a member twice or without a score");
}

}  // namespace zsets
