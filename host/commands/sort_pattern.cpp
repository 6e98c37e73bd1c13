#include "host/commands/sort_pattern.h"

#include "host/base/hash.h"
#include "keel/type.h"

namespace keel::commands {
namespace {

// The text of a string; false = the entry holds no string.
bool text_of(const Executor& x, Entry* e, std::string& out) {
  const keel_type* type = x.keyspace.types()[e->type()];
  if (Str{type->name} != "string") return false;
  if (e->rep() == KEEL_REP_INT)
    out = std::to_string(e->number());
  else
    out.assign(e->bytes(), e->bytes_len());
  return true;
}

bool field_of(const Executor& x, Entry* e, Str field, std::string& out) {
  const keel_type* type = x.keyspace.types()[e->type()];
  if (Str{type->name} != "hash" || type->find == nullptr) return false;
  keel_visit visit{};
  visit.impl = &out;
  visit.item = [](keel_visit* v, keel_str, keel_str value, double) noexcept -> keel_status {
    static_cast<std::string*>(v->impl)->assign(value.ptr, value.len);
    return KEEL_OK;
  };
  keel_ref ref{};
  e->describe(ref);
  return type->find(&ref, str(field), &visit) == KEEL_OK;
}

}  // namespace

SortPattern::SortPattern(Str text) noexcept : itself_(text == "#"), star_(text.find('*')), text_(text) {
  if (star_ == Str::npos) return;
  const size_t arrow = text.find("->", star_ + 1);
  if (arrow == Str::npos || arrow + 2 == text.size()) return;
  field_ = text.substr(arrow + 2);
  text_ = text.substr(0, arrow);
}

bool SortPattern::value_for(Ctx c, Str element, std::string& out) const {
  if (itself_) return out.assign(element), true;
  if (star_ == Str::npos) return false;
  std::string key{text_.substr(0, star_)};
  key.append(element).append(text_.substr(star_ + 1));
  Executor& x = executor(c);
  Entry* e = x.find(x.db(), base::hash_bytes(key), key);
  ++(e != nullptr ? x.stats.hits : x.stats.misses);
  if (e == nullptr) return false;
  if (!x.client().no_touch) e->access(x.access_now(e));
  return field_.empty() ? text_of(x, e, out) : field_of(x, e, field_, out);
}

}  // namespace keel::commands
