// plugins/types/common/table_type.h - what types say alike whose big values are one object: HashType, SetType,
// ZsetType.
#pragma once
#include "keel/host.h"
#include "keel/type.h"

namespace types {

// A base of such a type, for the object of class Table: ElementTable, SortedSet.
template <class Table>
struct TableType {
  static inline const keel_core* core = nullptr;  // set in create()

  static void free(void* object, uint64_t) noexcept { Table::destroy(static_cast<Table*>(object)); }
  static uint64_t memory(const keel_ref& r, uint32_t) noexcept { return is_table(r) ? table(r).memory() : 0; }
  static uint64_t free_effort(const keel_ref& r) noexcept { return is_table(r) ? table(r).allocations() : 1; }
  static keel_status copy(const keel_ref& from, keel_ref& out) noexcept {
    out.v.object = table(from).copy();
    out.word = 0;
    return out.v.object != nullptr ? KEEL_OK : KEEL_E_MEMORY;
  }
  static keel_status defrag(keel_ref& r, keel_defrag& defrag, uint64_t& cursor) noexcept {
    if (!is_table(r)) return KEEL_OK;
    if (cursor == 0)
      if (void* moved = defrag.move(&defrag, r.v.object, sizeof(Table))) r.v.object = moved;
    auto& parts = *static_cast<Table*>(r.v.object);
    do cursor = parts.move(cursor, [&defrag](void* p, size_t n) { return defrag.move(&defrag, p, n); });
    while (cursor != 0 && core->clock_ns() < defrag.deadline_ns);
    return cursor == 0 ? KEEL_OK : KEEL_PENDING;
  }

 private:
  static bool is_table(const keel_ref& r) noexcept { return r.rep == KEEL_REP_OBJECT; }
  static const Table& table(const keel_ref& r) noexcept { return *static_cast<const Table*>(r.v.object); }
};

}  // namespace types
