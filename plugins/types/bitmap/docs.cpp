#include "plugins/types/bitmap/docs.h"

#include "keel/cpp/docs.hpp"

namespace bitmap::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc_arg kSetbitArgs[] = {key("key"), integer("offset"), integer("value")};
constexpr keel_doc_arg kGetbitArgs[] = {key("key"), integer("offset")};
constexpr keel_doc_history kBitcountHistory[] = {{"7.0.0", "Added the `BYTE|BIT` option."}, {nullptr, nullptr}};
constexpr keel_doc_arg kBitcountArgsIndexIndexUnit[] = {flag("byte", "BYTE"), flag("bit", "BIT")};
constexpr keel_doc_arg kBitcountArgsIndex[] = {
    integer("start"), integer("end"), since("7.0.0", optional(one_of("index_unit", kBitcountArgsIndexIndexUnit)))};
constexpr keel_doc_arg kBitcountArgs[] = {key("key"), optional(block("index", kBitcountArgsIndex))};
constexpr keel_doc_history kBitposHistory[] = {{"7.0.0", "Added the `BYTE|BIT` option."}, {nullptr, nullptr}};
constexpr keel_doc_arg kBitposArgsIndexEndIndex[] = {
    integer("end"), since("7.0.0", optional(one_of("index_unit", kBitcountArgsIndexIndexUnit)))};
constexpr keel_doc_arg kBitposArgsIndex[] = {integer("start"), optional(block("end_index", kBitposArgsIndexEndIndex))};
constexpr keel_doc_arg kBitposArgs[] = {key("key"), integer("bit"), optional(block("index", kBitposArgsIndex))};
constexpr keel_doc_arg kBitopArgs[] = {text("operation"), key("destkey"), multiple(key("key", 1))};

}  // namespace

constexpr keel_doc setbit = doc({.summary = "Sets or clears the bit at offset in the string value stored at key",
                                 .since = "2.2.0",
                                 .group = "bitmap"},
                                kSetbitArgs);

constexpr keel_doc getbit = doc({.summary = "Returns the bit value at offset in the string value stored at key",
                                 .since = "2.2.0",
                                 .group = "bitmap"},
                                kGetbitArgs);

constexpr keel_doc bitcount = doc({.summary = "Count set bits in a string",
                                   .since = "2.6.0",
                                   .group = "bitmap",
                                   .complexity = "O(N)",
                                   .history = kBitcountHistory},
                                  kBitcountArgs);

constexpr keel_doc bitpos = doc({.summary = "Find first bit set or clear in a string",
                                 .since = "2.8.7",
                                 .group = "bitmap",
                                 .complexity = "O(N)",
                                 .history = kBitposHistory},
                                kBitposArgs);

constexpr keel_doc bitop = doc({.summary = "Perform bitwise operations between strings",
                                .since = "2.6.0",
                                .group = "bitmap",
                                .complexity = "O(N)"},
                               kBitopArgs);

}  // namespace bitmap::docs
