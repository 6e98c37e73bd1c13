#include "plugins/types/bitfield/docs.h"

#include "keel/cpp/docs.hpp"

namespace bitfield::docs {
namespace {

using namespace keel::docs;

constexpr keel_doc_arg kBitfieldArgsOperationEncodingOffset[] = {text("encoding"), integer("offset")};
constexpr keel_doc_arg kBitfieldArgsOperationWriteWrapSatFail[] = {flag("wrap", "WRAP"), flag("sat", "SAT"),
                                                                   flag("fail", "FAIL")};
constexpr keel_doc_arg kBitfieldArgsOperationWriteWriteOperationEncodingOffsetValue[] = {
    text("encoding"), integer("offset"), integer("value")};
constexpr keel_doc_arg kBitfieldArgsOperationWriteWriteOperationEncodingOffsetIncrement[] = {
    text("encoding"), integer("offset"), integer("increment")};
constexpr keel_doc_arg kBitfieldArgsOperationWriteWriteOperation[] = {
    block("encoding_offset_value", kBitfieldArgsOperationWriteWriteOperationEncodingOffsetValue, "SET"),
    block("encoding_offset_increment", kBitfieldArgsOperationWriteWriteOperationEncodingOffsetIncrement, "INCRBY")};
constexpr keel_doc_arg kBitfieldArgsOperationWrite[] = {
    optional(one_of("wrap_sat_fail", kBitfieldArgsOperationWriteWrapSatFail, "OVERFLOW")),
    one_of("write_operation", kBitfieldArgsOperationWriteWriteOperation)};
constexpr keel_doc_arg kBitfieldArgsOperation[] = {
    block("encoding_offset", kBitfieldArgsOperationEncodingOffset, "GET"), block("write", kBitfieldArgsOperationWrite)};
constexpr keel_doc_arg kBitfieldArgs[] = {key("key"), optional(multiple(one_of("operation", kBitfieldArgsOperation)))};
constexpr keel_doc_arg kBitfieldRoArgs[] = {
    key("key"),
    optional(repeated_token(multiple(block("encoding_offset", kBitfieldArgsOperationEncodingOffset, "GET"))))};

}  // namespace

constexpr keel_doc bitfield = doc({.summary = "Perform arbitrary bitfield integer operations on strings",
                                   .since = "3.2.0",
                                   .group = "bitmap",
                                   .complexity = "O(1) for each subcommand specified"},
                                  kBitfieldArgs);

constexpr keel_doc bitfield_ro =
    doc({.summary = "Perform arbitrary bitfield integer operations on strings. Read-only variant of BITFIELD",
         .since = "6.0.0",
         .group = "bitmap",
         .complexity = "O(1) for each subcommand specified"},
        kBitfieldRoArgs);

}  // namespace bitfield::docs
