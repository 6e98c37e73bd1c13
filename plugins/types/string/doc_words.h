// plugins/types/string/doc_words.h - the words in which rows of COMMAND DOCS are written, so that they read like it.
#pragma once
#include <cstddef>

#include "keel/command.h"

namespace strings {

constexpr keel_doc_arg argument(const char* name, uint16_t type, const char* token = nullptr) {
  return {name, token, nullptr, nullptr, type, 0, -1, 0, nullptr};
}
constexpr keel_doc_arg key(const char* name) {
  keel_doc_arg a = argument(name, KEEL_ARG_KEY);
  a.key_spec = 0;
  return a;
}
constexpr keel_doc_arg text(const char* name) {
  return argument(name, KEEL_ARG_STRING);
}
constexpr keel_doc_arg real(const char* name) {
  return argument(name, KEEL_ARG_DOUBLE);
}
constexpr keel_doc_arg integer(const char* name, const char* token = nullptr) {
  return argument(name, KEEL_ARG_INTEGER, token);
}
constexpr keel_doc_arg moment(const char* name, const char* token) {
  return argument(name, KEEL_ARG_UNIX_TIME, token);
}
constexpr keel_doc_arg flag(const char* name, const char* token) {
  return argument(name, KEEL_ARG_PURE_TOKEN, token);
}

template <size_t N>
constexpr keel_doc_arg one_of(const char* name, const keel_doc_arg (&sub)[N]) {
  return {name, nullptr, nullptr, nullptr, KEEL_ARG_ONEOF, 0, -1, N, sub};
}
template <size_t N>
constexpr keel_doc_arg block(const char* name, const keel_doc_arg (&sub)[N]) {
  return {name, nullptr, nullptr, nullptr, KEEL_ARG_BLOCK, 0, -1, N, sub};
}

constexpr keel_doc_arg since(const char* version, keel_doc_arg a) {
  return a.since = version, a;
}
constexpr keel_doc_arg optional(keel_doc_arg a) {
  return a.flags |= KEEL_ARG_OPTIONAL, a;
}
constexpr keel_doc_arg multiple(keel_doc_arg a) {
  return a.flags |= KEEL_ARG_MULTIPLE, a;
}

// What is said of a command besides its arguments.
struct About {
  const char *summary, *since, *complexity;
  const keel_doc_history* history = nullptr;  // ends with since == NULL
  const char* const* tips = nullptr;          // ends with NULL
  const char *deprecated_since = nullptr, *replaced_by = nullptr;
};

template <size_t N>
constexpr keel_doc string_doc(const About& about, const keel_doc_arg (&args)[N]) {
  keel_doc doc{};
  doc.size = sizeof doc;
  doc.flags = static_cast<uint32_t>(about.deprecated_since != nullptr ? KEEL_DOC_DEPRECATED : 0);
  doc.summary = about.summary;
  doc.since = about.since;
  doc.group = "string";
  doc.complexity = about.complexity;
  doc.deprecated_since = about.deprecated_since;
  doc.replaced_by = about.replaced_by;
  doc.tips = about.tips;
  doc.history = about.history;
  doc.args = args;
  doc.nargs = N;
  return doc;
}

}  // namespace strings
