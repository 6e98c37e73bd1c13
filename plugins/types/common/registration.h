// plugins/types/common/registration.h - what the plugins of types do alike when they introduce themselves.
#pragma once
#include "keel/cpp/keel.hpp"
#include "keel/cpp/tables.hpp"
#include "keel/host.h"
#include "keel/plugin.h"

namespace types {

// keel_option.apply of an option whose number goes to kObject.*kMember.
template <auto& kObject, auto kMember>
keel_status take_number(void*, keel_str value, keel_error* error) noexcept {
  const auto n = keel::parse_integer(keel::view(value));
  if (!n || *n < 0) return keel_fail(error, KEEL_E_ARG, "not a number");
  kObject.*kMember = static_cast<uint64_t>(*n);
  return KEEL_OK;
}

// An option of that kind, which may be changed at run time.
constexpr keel_option number_option(const char* name, const char* initial, const char* doc,
                                    decltype(keel_option::apply) apply, const char* other_name = nullptr,
                                    uint32_t type = KEEL_OPTION_INTEGER) {
  keel_option o{};
  o.name = name;
  o.initial = initial;
  o.doc = doc;
  o.type = type;
  o.flags = KEEL_OPTION_MUTABLE;
  o.max = INT64_MAX;
  o.apply = apply;
  o.other_name = other_name;
  return o;
}

// A keyspace event: its class, as notify-keyspace-events has it, and where its number is kept.
template <class Events>
struct EventRow {
  uint32_t Events::*number;
  char cls;
  const char* name;
};
template <class Events, size_t N>
void number_events(const keel_host* host, Events& events, const EventRow<Events> (&rows)[N]) noexcept {
  for (const EventRow<Events>& row : rows)
    events.*row.number = host->core->event(host, static_cast<uint32_t>(row.cls), keel::str(row.name));
}

// Registers a type, the number of which is kept in `number`, its options and its commands.
template <size_t O, size_t C>
keel_status introduce(keel_registrar* registrar, const keel_type& type, uint16_t& number,
                      const keel_option (&options)[O], const keel_command (&commands)[C], keel_error* error) noexcept {
  number = registrar->type(registrar, &type, error);
  if (number == 0) return KEEL_E_BUSY;
  const keel_status status = registrar->options(registrar, options, O, sizeof options[0], error);
  return status == KEEL_OK ? registrar->commands(registrar, commands, C, sizeof commands[0], error) : status;
}

}  // namespace types
