// host/plugin/check_rows.h - what is wrong with one row or table of a plugin, seen alone. Each returns "" or the reason
// as the end of a sentence that begins with the plugin.
#pragma once
#include <string>
#include <string_view>

#include "keel/command.h"
#include "keel/info.h"
#include "keel/option.h"
#include "keel/transport.h"
#include "keel/type.h"

namespace keel::plugin {

std::string check_command(const keel_command& row);
std::string check_option(const keel_option& row);
std::string check_type(const keel_type& table);
std::string check_transport(const keel_transport& table);
std::string check_layer(const keel_layer& table);
std::string check_info_section(const keel_info_section& table);

// Foreign text, short and printable, in quotes.
std::string in_quotes(const char* text);

// ASCII, as names of commands and options are compared.
bool same_name(std::string_view a, std::string_view b);

}  // namespace keel::plugin
