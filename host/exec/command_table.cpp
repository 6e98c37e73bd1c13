#include "host/exec/command_table.h"

#include <algorithm>
#include <bit>

#include "keel/cpp/text.hpp"

namespace keel::exec {
namespace {

std::string lower_case(std::string_view s) {
  std::string out{s};
  for (char& c : out) c = keel::lower(c);
  return out;
}

// The categories that flags imply, as Redis has them.
uint64_t with_implied(uint64_t acl, uint64_t flags) {
  if (flags & KEEL_CMD_WRITE) acl |= KEEL_ACL_WRITE;
  if ((flags & KEEL_CMD_READONLY) && !(acl & KEEL_ACL_SCRIPTING)) acl |= KEEL_ACL_READ;
  if (flags & KEEL_CMD_ADMIN) acl |= KEEL_ACL_ADMIN | KEEL_ACL_DANGEROUS;
  if (flags & KEEL_CMD_PUBSUB) acl |= KEEL_ACL_PUBSUB;
  if (flags & KEEL_CMD_FAST) acl |= KEEL_ACL_FAST;
  if (flags & KEEL_CMD_BLOCKING) acl |= KEEL_ACL_BLOCKING;
  if (!(acl & KEEL_ACL_FAST)) acl |= KEEL_ACL_SLOW;
  return acl;
}

}  // namespace

std::string CommandTable::add(const keel_command& row, std::string owner, void* self) {
  auto c = std::make_unique<Command>();
  c->row = row;
  c->name = lower_case(row.name);
  c->owner = std::move(owner);
  c->self = self;
  c->acl = with_implied(row.acl, row.flags);
  if (by_name_.contains(c->name)) return "command '" + c->name + "' exists already";
  if (const auto bar = c->name.find('|'); bar != std::string::npos) {
    const auto found = by_name_.find(c->name.substr(0, bar));
    if (found == by_name_.end()) return "subcommand '" + c->name + "' comes before its command";
    c->container = found->second;
    found->second->subcommands.push_back(c.get());
    found->second->alone = c->alone = false;
  } else {
    top_.push_back(c.get());
  }
  if (row.nkeyspecs == 1 && row.keyspecs[0].begin == KEEL_BEGIN_INDEX && row.keyspecs[0].find == KEEL_FIND_RANGE &&
      row.keyspecs[0].last == 0 && !(row.flags & KEEL_CMD_MOVABLE_KEYS)) {
    c->only_key = static_cast<uint32_t>(row.keyspecs[0].pos);
    c->only_key_flags = row.keyspecs[0].flags;
  }
  if (row.flags & KEEL_CMD_PROTECTED) c->attention |= kAttendProtected;
  by_name_[c->name] = c.get();
  all_.push_back(std::move(c));
  return {};
}

std::string CommandTable::rename(std::string_view from, std::string_view to) {
  const auto found = by_name_.find(lower_case(from));
  if (found == by_name_.end() || found->second->container != nullptr)
    return "No such command in rename-command: " + std::string{from};
  Command* c = found->second;
  if (!to.empty() && by_name_.contains(lower_case(to))) return "Target command name already exists: " + std::string{to};
  by_name_.erase(found);
  if (to.empty()) {
    std::erase(top_, c);
  } else {
    by_name_[lower_case(to)] = c;
  }
  return {};
}

void CommandTable::add_missing(std::string_view name, std::string_view why) {
  missing_.emplace(lower_case(name), why);
}

std::string_view CommandTable::missing(std::string_view name) const noexcept {
  constexpr size_t kLongest = 128;
  if (missing_.empty() || name.size() > kLongest) return {};
  const auto found = missing_.find(lower_case(name));
  return found == missing_.end() ? std::string_view{} : std::string_view{found->second};
}

void CommandTable::freeze() {
  const size_t size = std::bit_ceil(by_name_.size() * 4 + 1);
  slots_.assign(size, {});
  mask_ = size - 1;
  for (auto& [name, command] : by_name_) {
    if (command->container != nullptr || name.size() > CommandName::kLongest) continue;
    const CommandName folded{name};
    size_t i = folded.hash() & mask_;
    while (slots_[i].command != nullptr) i = (i + 1) & mask_;
    slots_[i] = {folded, command};
  }
}

Command* CommandTable::find_top(keel_str name) const noexcept {
  if (name.len > CommandName::kLongest) {
    const auto found = by_name_.find(lower_case({name.ptr, std::min<size_t>(name.len, 128)}));
    return found == by_name_.end() || found->second->container != nullptr ? nullptr : found->second;
  }
  const CommandName folded{keel::view(name)};
  size_t i = folded.hash() & mask_;
  while (slots_[i].command != nullptr && slots_[i].name != folded) i = (i + 1) & mask_;
  return slots_[i].command;
}

Command* CommandTable::find(std::string_view name) const noexcept {
  const auto found = by_name_.find(lower_case(name));
  return found == by_name_.end() ? nullptr : found->second;
}

Command* CommandTable::find(const keel_str* argv, uint32_t argc, Fault& fault) const noexcept {
  fault = Fault::kNone;
  Command* c = find_top(argv[0]);
  if (c == nullptr) {
    fault = Fault::kUnknown;
    return nullptr;
  }
  if (!c->subcommands.empty() && argc > 1) {
    Command* sub = nullptr;
    for (Command* s : c->subcommands)
      if (keel::same_word({argv[1].ptr, argv[1].len}, s->last_name())) sub = s;
    if (sub == nullptr) {
      fault = Fault::kUnknownSubcommand;
      return c;
    }
    c = sub;
  }
  const auto words = static_cast<int64_t>(argc);
  if ((c->row.arity > 0 && c->row.arity != words) || words < -static_cast<int64_t>(c->row.arity) ||
      c->row.run == nullptr)
    fault = Fault::kArity;
  return c;
}

}  // namespace keel::exec
