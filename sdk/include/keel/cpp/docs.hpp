// keel/cpp/docs.hpp - the words in which rows of COMMAND DOCS are written, so that they read like it.
#pragma once
#include <cstddef>

#include "keel/command.h"

namespace keel::docs {

constexpr keel_doc_arg argument(const char* name, uint16_t type, const char* token = nullptr) {
  return {name, token, nullptr, nullptr, type, 0, -1, 0, nullptr};
}
// key_spec: index of the key specification that finds it.
constexpr keel_doc_arg key(const char* name, int16_t key_spec = 0) {
  keel_doc_arg a = argument(name, KEEL_ARG_KEY);
  a.key_spec = key_spec;
  return a;
}
constexpr keel_doc_arg text(const char* name, const char* token = nullptr) {
  return argument(name, KEEL_ARG_STRING, token);
}
constexpr keel_doc_arg integer(const char* name, const char* token = nullptr) {
  return argument(name, KEEL_ARG_INTEGER, token);
}
constexpr keel_doc_arg real(const char* name, const char* token = nullptr) {
  return argument(name, KEEL_ARG_DOUBLE, token);
}
constexpr keel_doc_arg pattern(const char* name, const char* token = nullptr) {
  return argument(name, KEEL_ARG_PATTERN, token);
}
// A pattern of keys.
constexpr keel_doc_arg key_pattern(const char* name, int16_t key_spec, const char* token = nullptr) {
  keel_doc_arg a = argument(name, KEEL_ARG_PATTERN, token);
  a.key_spec = key_spec;
  return a;
}
constexpr keel_doc_arg moment(const char* name, const char* token = nullptr) {
  return argument(name, KEEL_ARG_UNIX_TIME, token);
}
constexpr keel_doc_arg flag(const char* name, const char* token) {
  return argument(name, KEEL_ARG_PURE_TOKEN, token);
}

template <size_t N>
constexpr keel_doc_arg one_of(const char* name, const keel_doc_arg (&sub)[N], const char* token = nullptr) {
  return {name, token, nullptr, nullptr, KEEL_ARG_ONEOF, 0, -1, N, sub};
}
template <size_t N>
constexpr keel_doc_arg block(const char* name, const keel_doc_arg (&sub)[N], const char* token = nullptr) {
  return {name, token, nullptr, nullptr, KEEL_ARG_BLOCK, 0, -1, N, sub};
}

constexpr keel_doc_arg with_token(const char* token, keel_doc_arg a) {
  return a.token = token, a;
}
constexpr keel_doc_arg since(const char* version, keel_doc_arg a) {
  return a.since = version, a;
}
constexpr keel_doc_arg deprecated(const char* version, keel_doc_arg a) {
  return a.deprecated_since = version, a;
}
constexpr keel_doc_arg optional(keel_doc_arg a) {
  return a.flags = static_cast<uint16_t>(a.flags | KEEL_ARG_OPTIONAL), a;
}
constexpr keel_doc_arg multiple(keel_doc_arg a) {
  return a.flags = static_cast<uint16_t>(a.flags | KEEL_ARG_MULTIPLE), a;
}
constexpr keel_doc_arg repeated_token(keel_doc_arg a) {
  return a.flags = static_cast<uint16_t>(a.flags | KEEL_ARG_MULTIPLE_TOKEN), a;
}

// What is said of a command besides its arguments.
struct About {
  const char *summary, *since;
  const char* group = "generic";
  const char* complexity = "O(1)";
  const keel_doc_history* history = nullptr;  // ends with since == NULL
  const char* const* tips = nullptr;          // ends with NULL
  const char *deprecated_since = nullptr, *replaced_by = nullptr;
  uint32_t flags = 0;  // KEEL_DOC_*; a version in deprecated_since marks it as deprecated
};

constexpr keel_doc doc(const About& about) {
  keel_doc d{};
  d.size = sizeof d;
  d.flags = about.flags | static_cast<uint32_t>(about.deprecated_since != nullptr ? KEEL_DOC_DEPRECATED : 0);
  d.summary = about.summary;
  d.since = about.since;
  d.group = about.group;
  d.complexity = about.complexity;
  d.deprecated_since = about.deprecated_since;
  d.replaced_by = about.replaced_by;
  d.tips = about.tips;
  d.history = about.history;
  return d;
}
template <size_t N>
constexpr keel_doc doc(const About& about, const keel_doc_arg (&args)[N]) {
  keel_doc d = doc(about);
  d.args = args;
  d.nargs = N;
  return d;
}
// Of the subcommand HELP.
constexpr keel_doc help_doc(const char* since, const char* group) {
  return doc({"Show helpful text about the different subcommands", since, group});
}

}  // namespace keel::docs
