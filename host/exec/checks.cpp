#include "host/exec/checks.h"

#include <algorithm>

#include "host/base/log.h"

namespace keel::exec {
namespace {

const char* words_of(Checks::Rule rule) {
  switch (rule) {
    case Checks::Rule::kWrite:
      return "it changes a key although it is not marked WRITE";
    case Checks::Rule::kOwnKeys:
      return "it changes a key that is none of its own";
    case Checks::Rule::kFreshRef:
      return "it uses a ref that was not filled in this command, or that a later change of the key has made stale";
    case Checks::Rule::kCommit:
      return "it changed a key and did not commit() the change";
    case Checks::Rule::kReply:
      return "it wrote no reply";
  }
  return "";
}

}  // namespace

std::string breach_sentence(const Command& c, std::string_view what) {
  return std::string{"plugin '"}
      .append(c.owner)
      .append("' broke the contract in command '")
      .append(c.name)
      .append("': ")
      .append(what);
}

void Checks::turn(bool on) {
  if (on && !on_) said_.clear();
  on_ = on;
}

Checks::Outer Checks::begin(const Command& c) {
  Outer outer{command_, begin_, std::move(refused_)};
  command_ = &c;
  begin_ = ++clock_;
  refused_.clear();
  return outer;
}

void Checks::end(Outer outer) {
  for (Change& change : changes_) {
    if (!change.committed && change.stamp > begin_) say(Rule::kCommit);
    if (change.stamp > begin_) change.committed = true;
  }
  command_ = outer.command;
  begin_ = outer.begin;
  refused_ = std::move(outer.refused);
  if (command_ == nullptr) changes_.clear();
}

Checks::Change* Checks::find(uint64_t hash) noexcept {
  const auto at = std::find_if(changes_.begin(), changes_.end(), [hash](const Change& c) { return c.hash == hash; });
  return at == changes_.end() ? nullptr : &*at;
}

bool Checks::allows(const keel_ctx& c, const keel_ref& r) {
  const auto refuse = [this](Rule rule) {
    refused_ = say(rule);
    return false;
  };
  if (!command_->has(KEEL_CMD_WRITE | KEEL_CMD_MAY_REPLICATE)) return refuse(Rule::kWrite);
  if (r.key >= c.nkeys) return refuse(Rule::kOwnKeys);
  const Change* last = find(c.keys[r.key].hash);
  if (r.stamp < begin_ || (last != nullptr && r.stamp < last->stamp)) return refuse(Rule::kFreshRef);
  return true;
}

void Checks::changed(const keel_ctx& c, keel_ref& r) {
  const uint64_t hash = c.keys[r.key].hash;
  r.stamp = ++clock_;
  if (Change* known = find(hash))
    *known = {hash, clock_, false};
  else
    changes_.push_back({hash, clock_, false});
}

void Checks::committed(const keel_ctx& c, const keel_ref& r) {
  if (Change* known = find(c.keys[r.key].hash)) known->committed = true;
}

std::string Checks::no_reply() {
  return "ERR " + (refused_.empty() ? say(Rule::kReply) : refused_);
}

std::string Checks::say(Rule rule) {
  std::string sentence = breach_sentence(*command_, words_of(rule));
  const std::pair<const Command*, Rule> told{command_, rule};
  if (std::find(said_.begin(), said_.end(), told) == said_.end()) {
    said_.push_back(told);
    base::log(base::LogLevel::kWarning, sentence);
  }
  return sentence;
}

}  // namespace keel::exec
