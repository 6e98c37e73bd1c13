// plugins/types/hash/expire.h - the expiries that one command gives to fields: what has become of each, for the reply,
// the event and the change log.
#pragma once
#include <vector>

#include "plugins/types/hash/edit.h"

namespace hashes {

class FieldChanges {
 public:
  // As HEXPIRE and HPERSIST reply; kPersisted is 1 as well.
  enum Outcome : int8_t {
    kNoField = -2,
    kNoExpiryThere = -1,
    kNotMet = 0,
    kSet = 1,
    kDeleted = 2,  // the moment is past
    kPersisted,
    kNoMemory
  };

  explicit FieldChanges(Ctx c) noexcept : c_(c) {}
  // Gives a field that is there this expiry; one that is past deletes it.
  Outcome expire(Edit& hash, uint32_t word, int64_t at_ms);
  // What became of the field at this word of the command.
  void note(uint32_t word, Outcome outcome);
  // Once, after all fields: counts, and tells the log what replays it. at_ms: the moment of those that were set.
  void commit(Ref& r, int64_t at_ms);
  // An outcome a field.
  keel_status reply() noexcept;

 private:
  Ctx c_;
  std::vector<Outcome> outcomes_;
  std::vector<keel_str> set_, persisted_, deleted_;  // words of the command
};

}  // namespace hashes
