#include "plugins/types/list/type.h"

#include <algorithm>
#include <charconv>

#include "keel/cpp/digest.hpp"

namespace lists {

void ListType::free(void* object, uint64_t) noexcept {
  List::destroy(static_cast<List*>(object));
}

uint64_t ListType::length(const keel_ref& r) noexcept {
  return lists::length(r);
}

const char* ListType::encoding(const keel_ref&) noexcept {
  return "quicklist";  // whatever the form: Redis 7.0 knows no other
}

uint64_t ListType::memory(const keel_ref& r, uint32_t samples) noexcept {
  return r.rep == KEEL_REP_OBJECT ? list_of(r).memory(samples) : 0;
}

uint64_t ListType::free_effort(const keel_ref& r) noexcept {
  return r.rep == KEEL_REP_OBJECT ? list_of(r).blocks() : 1;
}

keel_status ListType::copy(const keel_ref& r, keel_ref& out) noexcept {
  List* twin = List::copy(list_of(r));
  if (twin == nullptr) return KEEL_E_MEMORY;
  out.v.object = twin;
  out.word = 0;
  return KEEL_OK;
}

keel_status ListType::digest(const keel_ref& r, uint8_t out[20]) noexcept {
  keel::digest_value(out, 1, [&r](keel::Digest& digest) {
    each(r, 0, UINT64_MAX, [&digest](const char* entry) {
      char room[20];
      keel::digest_mix(digest, listpack::element(entry).text(room));
      return true;
    });
  });
  return KEEL_OK;
}

// cursor: the number of elements seen.
keel_status ListType::iterate(const keel_ref& r, uint64_t& cursor, uint32_t budget, keel_visit& visit) noexcept {
  const uint64_t size = lists::length(r);
  const uint64_t from = std::min(cursor, size);
  const uint64_t n = std::min<uint64_t>(size - from, std::max(1u, budget));
  keel_status status = KEEL_OK;
  each(r, from, n, [&](const char* entry) {
    char room[20];
    status = visit.item(&visit, keel::str(listpack::element(entry).text(room)), {nullptr, 0}, 0);
    return status == KEEL_OK;
  });
  cursor = from + n >= size ? 0 : from + n;
  return status;
}

keel_status ListType::check(const keel_ref& r, keel_error* error) noexcept {
  const char* why = nullptr;
  if (r.rep == KEEL_REP_OBJECT) {
    why = r.enc == kLong ? list_of(r).broken() : "a long list is marked as short";
  } else if (r.rep != KEEL_REP_BYTES || r.enc != kShort) {
    why = "a list is neither bytes nor an object";
  } else if (r.word < listpack::kEmpty || short_of(r).bytes() > r.word || !listpack::valid(short_of(r).all())) {
    why = "the bytes of a short list are no listpack";
  }
  return why == nullptr ? KEEL_OK : keel_fail(error, KEEL_E_DATA, why);
}

void ListType::describe(const keel_ref& r, keel_info_sink& sink) noexcept {
  const bool is_long = r.rep == KEEL_REP_OBJECT;
  const uint64_t nodes = is_long ? list_of(r).nodes() : 1;
  const auto field = [&sink](Str name, Str value) { sink.field(&sink, keel::str(name), keel::str(value)); };
  char average[32];
  const char* end = std::to_chars(average, average + sizeof average,
                                  static_cast<double>(length(r)) / static_cast<double>(std::max<uint64_t>(nodes, 1)),
                                  std::chars_format::fixed, 2)
                        .ptr;
  field("ql_nodes", keel::NumberText(nodes));
  field("ql_avg_node", {average, static_cast<size_t>(end - average)});
  field("ql_listpack_max", keel::NumberText(plugin->listpack_size));
  field("ql_compressed", plugin->depth != 0 ? "1" : "0");
  field("ql_uncompressed_size",
        keel::NumberText(is_long ? list_of(r).listpack_bytes() : uint64_t{short_of(r).bytes()}));
}

}  // namespace lists
