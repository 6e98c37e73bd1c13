#include "host/admin/command_words.h"

#include <algorithm>

namespace keel::admin {
namespace {

bool is_range(const keel_keyspec& s) noexcept {
  return s.begin == KEEL_BEGIN_INDEX && s.find == KEEL_FIND_RANGE;
}

}  // namespace

// One range is told as it is. Several are told as one when they lie one behind the other, word by word; what is no
// range does not count.
KeyRange legacy_range(const keel_command& row) noexcept {
  if (row.nkeyspecs == 1 && is_range(row.keyspecs[0])) {
    const keel_keyspec& s = row.keyspecs[0];
    return {s.pos, s.last >= 0 ? s.pos + s.last : s.last, s.step};
  }
  KeyRange all;
  for (uint32_t i = 0; i < row.nkeyspecs; ++i) {
    const keel_keyspec& s = row.keyspecs[i];
    if (!is_range(s)) continue;
    if (s.step != 1) return {};
    if (all.first != 0 && all.last != 0 && all.last != s.pos - 1) break;
    const int32_t last = s.last >= 0 ? s.pos + s.last : s.last;
    all.first = all.first == 0 ? s.pos : std::min(all.first, s.pos);
    all.last = last < 0 || all.last < 0 ? std::min(all.last, last) : std::max(all.last, last);
    all.step = 1;
  }
  return all;
}

namespace {

void reply_search(Ctx c, const keel_keyspec& s) {
  c.bulk("begin_search");
  c.map(2);
  c.bulk("type");
  switch (s.begin) {
    case KEEL_BEGIN_INDEX:
      c.bulk("index");
      c.bulk("spec");
      c.map(1);
      c.bulk("index");
      c.integer(s.pos);
      break;
    case KEEL_BEGIN_KEYWORD:
      c.bulk("keyword");
      c.bulk("spec");
      c.map(2);
      c.bulk("keyword");
      c.bulk(s.keyword);
      c.bulk("startfrom");
      c.integer(s.pos);
      break;
    default:
      c.bulk("unknown");
      c.bulk("spec");
      c.map(0);
  }
}

void reply_find(Ctx c, const keel_keyspec& s) {
  c.bulk("find_keys");
  c.map(2);
  c.bulk("type");
  switch (s.find) {
    case KEEL_FIND_RANGE:
      c.bulk("range");
      c.bulk("spec");
      c.map(3);
      c.bulk("lastkey");
      c.integer(s.last);
      c.bulk("keystep");
      c.integer(s.step);
      c.bulk("limit");
      c.integer(s.limit);
      break;
    case KEEL_FIND_KEYNUM:
      c.bulk("keynum");
      c.bulk("spec");
      c.map(3);
      c.bulk("keynumidx");
      c.integer(s.count_at);
      c.bulk("firstkey");
      c.integer(s.first);
      c.bulk("keystep");
      c.integer(s.step);
      break;
    default:
      c.bulk("unknown");
      c.bulk("spec");
      c.map(0);
  }
}

void reply_key_spec(Ctx c, const keel_keyspec& s) {
  c.map(s.notes != nullptr ? 4 : 3);
  if (s.notes != nullptr) {
    c.bulk("notes");
    c.bulk(s.notes);
  }
  c.bulk("flags");
  reply_bits(c, s.flags, kKeyFlagNames);
  reply_search(c, s);
  reply_find(c, s);
}

void reply_tips(Ctx c, const keel_doc* doc) {
  uint64_t n = 0;
  if (doc != nullptr && doc->tips != nullptr)
    while (doc->tips[n] != nullptr) ++n;
  c.set(n);
  for (uint64_t i = 0; i < n; ++i) c.bulk(doc->tips[i]);
}

}  // namespace

void reply_info(Ctx c, const exec::Command& command) {
  const keel_command& row = command.row;
  const KeyRange range = legacy_range(row);
  c.array(10);
  c.bulk(command.name);
  c.integer(row.arity);
  reply_bits(c, row.flags, kFlagNames);
  c.integer(range.first);
  c.integer(range.last);
  c.integer(range.step);
  reply_bits(c, command.acl, kCategoryNames, "@");
  reply_tips(c, row.doc);
  c.set(row.nkeyspecs);
  for (uint32_t i = 0; i < row.nkeyspecs; ++i) reply_key_spec(c, row.keyspecs[i]);
  command.subcommands.empty() ? c.set(0) : c.array(command.subcommands.size());
  for (const exec::Command* s : command.subcommands) reply_info(c, *s);
}

}  // namespace keel::admin
